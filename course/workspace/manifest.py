"""What the course gave the learner: a hash of each file as given, so that theirs can be told from ours.

A damaged record means "unknown origin": such a file is never overwritten.
"""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course.base import files, paths
from course.base.errors import CourseError
from course.content import catalog, notebook_file

Record = dict[str, dict[str, str]]


@contextmanager
def record() -> Iterator[Record]:
    """The record, for one process at a time; saved at the end if it changed. Raises CourseError."""
    with files.kept_record(_path(), "Preparing your folder") as given:
        for damaged in [each for each, entry in given.items() if not _sound(entry)]:
            del given[damaged]
        yield given


def copies() -> list[tuple[Path, Path]]:
    """Every lesson and exercise notebook as published, with its place in the learner's folder."""
    found = []
    for lesson in catalog.lessons():
        found.append((lesson.notebook, lesson_copy(lesson)))
        if lesson.exercise_notebook.exists():
            found.append((lesson.exercise_notebook, exercise_copy(lesson)))
    return found


def lesson_copy(lesson: catalog.Lesson) -> Path:
    """Where a lesson lies in the learner's folder."""
    return paths.work() / f"{lesson.name}.ipynb"


def exercise_copy(lesson: catalog.Lesson) -> Path:
    """Where the exercises of a lesson lie in the learner's folder: beside the lesson.

    The name differs at its front, since JupyterLab's list of files cuts off what comes later.
    """
    folder, stem = lesson.name.rsplit("/", 1)
    week, number, title = stem.split("_", 2)
    return paths.work() / folder / f"{week}_{number}_exercises_{title}.ipynb"


def name(copy: Path) -> str:
    """A copy's name in the record and in messages: its path inside the learner's folder."""
    return copy.relative_to(paths.work()).as_posix()


def give(source: Path, copy: Path, given: Record) -> None:
    """Write a published file into the learner's folder and record it. Raises OSError, CourseError."""
    if copy.parent.is_symlink():
        raise CourseError(
            f"{files.shown(copy.parent)} is a link to another place, so {copy.name} was not put there. "
            "Move the link away, then do it again."
        )
    content = edition(source)
    files.write_bytes(copy, content)
    adopt(copy, content, given)


def edition(source: Path) -> bytes:
    """A published notebook as the learner gets it: without outputs, which would answer its questions."""
    notebook = json.loads(source.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def adopt(copy: Path, content: bytes, given: Record) -> None:
    """Record that a copy with this content is as the course gave it."""
    given[name(copy)] = {"sha256": files.digest(content), "cells": cells_digest(copy) or ""}


def cells_digest(notebook: Path) -> str | None:
    """A hash of what is written in the cells, outputs left out; None when it is no notebook."""
    try:
        cells = [
            (c["cell_type"], notebook_file.source(c).rstrip()) for c in notebook_file.read_cells(notebook)
        ]
    except (CourseError, KeyError, TypeError):
        return None
    return files.digest(repr(cells))


def untouched(source: Path, copy: Path) -> bool:
    """Whether a copy is missing or holds what the course gave, run or not; a damaged one does not."""
    if not copy.exists():
        return True
    cells = cells_digest(copy)
    known = files.read_record(_path()).get(name(copy), {})
    given = known.get("cells") if _sound(known) else None
    return cells is not None and cells in (given, cells_digest(source))


def protected(file: Path) -> bool:
    """Whether the learner made a file a link, or read-only: then it is left alone."""
    return file.is_symlink() or not file.stat().st_mode & stat.S_IWUSR


def keep(file: Path) -> str:
    """Copy a file of the learner's to work/kept/; the new path, as messages show it."""
    return files.shown(files.keep(paths.kept() / name(file), file.read_bytes()))


def exists(file: Path) -> bool:
    """Whether something has this name, a broken link included."""
    return os.path.lexists(file)


def _path() -> Path:
    return paths.state() / "given.json"


def _sound(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())
