"""The files of an app's folder, and a record of what the course wrote: the rest is the learner's."""

import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

from course.base import files, paths
from course.base.errors import CourseError
from course.content import app_history

Written = dict[str, str]


def bookkeeping() -> AbstractContextManager[Written]:
    """Hashes of what the course wrote, by path; for one process at a time, saved at the end.

    Raises CourseError when the learner's folder cannot be written.
    """
    return files.kept_record(paths.state() / "written.json", "Writing your app")


def read(file: Path) -> str | None:
    """The text of a file, None when there is none; a link or folder reads as no known text."""
    if not os.path.lexists(file):
        return None
    if file.is_symlink() or not file.is_file():
        return f"\0{file.name}"
    return file.read_bytes().decode("utf-8", errors="replace")


def tree(folder: Path) -> app_history.Tree:
    """The app's files; what is no text, such as a picture or a database of the learner's, is none of them."""
    found = {path: read(folder / path) for path in sorted(app_history.files_in(folder))}
    return {path: text for path, text in found.items() if text is not None and "\0" not in text}


def from_course(folder: Path, path: str, written: Written) -> bool:
    """Whether a file is as the course wrote it, now or in one of the lessons' versions."""
    text = read(folder / path)
    if text is None or written.get(_key(folder, path)) == files.digest(text):
        return True
    return any(cell.path == path and cell.text == text for cell in app_history.versions())


def note(folder: Path, path: str, text: str, written: Written) -> None:
    """Record that the course wrote this text."""
    written[_key(folder, path)] = files.digest(text)


def place(folder: Path, tree: app_history.Tree, written: Written) -> None:
    """Write a tree into a folder, and record that the course wrote it."""
    app_history.build(folder, tree)
    for path, text in tree.items():
        note(folder, path, text, written)


def rewind(folder: Path, latest: app_history.Tree, expected: app_history.Tree, written: Written) -> None:
    """Take files of the course from a later state back to the expected one; other files stay."""
    for path in latest.keys() - expected.keys():
        if read(folder / path) is not None:
            (folder / path).unlink()
            files.drop_bytecode(folder / path)
    place(folder, expected, written)


def clear(folder: Path, kept_as: str, written: Written) -> None:
    """Empty a copy; what the course did not write there moves to work/kept/<kept_as>-N first."""
    aside = files.free_path(paths.kept() / kept_as)
    for path in sorted(app_history.files_in(folder)):
        if from_course(folder, path, written):
            (folder / path).unlink()
        else:
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / path, aside / path)
    for below in [p for p in folder.glob("*") if p.is_dir()]:
        shutil.rmtree(below, ignore_errors=True)  # empty folders and caches only


def keep(folder: Path, path: str) -> str:
    """Copy a file that the learner edited to work/kept/; the new path, as messages show it."""
    wanted = paths.kept() / folder.name.replace(".", "_") / path
    return files.shown(files.keep(wanted, (folder / path).read_bytes()))


def refuse_links(folder: Path, path: str) -> None:
    """Raises CourseError when writing the path would write through a link, out of the folder."""
    parts = Path(path).parts
    for depth in range(1, len(parts) + 1):
        link = folder.joinpath(*parts[:depth])
        if link.is_symlink():
            raise CourseError(
                f"{files.shown(link)} is a link to somewhere else, so {path} was not written. "
                "Move the link away, then run the cell again."
            )


def _key(folder: Path, path: str) -> str:
    return f"{files.shown(folder)}/{path}"
