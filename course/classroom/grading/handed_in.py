"""What learners handed in: a folder for each learner, a notebook or a zip named after one."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from course.content import catalog, notebook_file
from course.workspace import editions

_LARGEST_BYTES = 20 * 2**20
_MOST_FILES = 500
_LESSON_CALL = re.compile(r"""^\s*lesson\(\s*["'](\d+\.\d+)["']""", re.MULTILINE)
_FILE = re.compile(r"^(\d+)_(\d+)_")
_LEARNER = re.compile(r"\w[\w.@' -]*")
_OLD = {each.rsplit("/", 1)[1] for each in editions.RENAMED}


@dataclass
class HandedIn:
    """A file of a learner: whose, which lesson's ("" where nobody can tell), when, what is wrong with it."""

    learner: str
    where: str
    at: datetime
    content: bytes
    lesson_id: str = ""
    notebook: Any = None
    remarks: list[str] = field(default_factory=list)


def found_in(place: Path) -> Iterator[HandedIn]:
    """Every notebook below a folder, in zips too, oldest first.

    A learner is called what the first folder is called, or the file where there is none.
    """
    found: list[HandedIn] = []
    for path in sorted(place.rglob("*")):
        inside = path.relative_to(place)
        hidden = any(part.startswith((".", "__")) for part in inside.parts)
        if hidden or path.is_symlink() or not path.is_file():
            continue
        learner = inside.parts[0] if len(inside.parts) > 1 else path.stem
        if path.suffix == ".ipynb":
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            content = path.read_bytes() if path.stat().st_size <= _LARGEST_BYTES else b""
            found.append(_read(HandedIn(learner, str(inside), at, content), path.name))
        elif path.suffix == ".zip":
            found += _unpacked(path, learner, str(inside))
    yield from sorted(found, key=lambda each: each.at)


def problem_with(learner: str) -> str:
    """Why a name cannot be a learner's; "" when it can."""
    if _LEARNER.fullmatch(learner) and learner.strip() == learner:
        return ""
    return f"\"{learner}\" cannot be a learner's name here: letters, digits and . @ - _ ' make one."


def _unpacked(path: Path, learner: str, inside: str) -> Iterator[HandedIn]:
    try:
        with zipfile.ZipFile(path) as packed:
            entries = [each for each in packed.infolist() if each.filename.endswith(".ipynb")]
            for entry in entries[:_MOST_FILES]:
                name = entry.filename.rsplit("/", 1)[-1]
                if name.startswith(".") or "__MACOSX" in entry.filename or "checkpoint" in entry.filename:
                    continue
                at = datetime(*entry.date_time).astimezone(UTC)
                content = packed.read(entry) if entry.file_size <= _LARGEST_BYTES else b""
                yield _read(HandedIn(learner, f"{inside}: {entry.filename}", at, content), name)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as problem:
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        yield HandedIn(learner, inside, at, b"", remarks=[f"The zip cannot be read: {problem}."])


def _read(handed: HandedIn, name: str) -> HandedIn:
    """Find out which lesson it is of; a file that is no notebook is told by its name alone."""
    by_name = _FILE.match(name)
    guess = f"{by_name[1]}.{by_name[2]}" if by_name else ""
    stem = name.removesuffix(".ipynb").removesuffix(".exercises")
    try:
        handed.notebook = _notebook(handed.content)
        if stem in _OLD:
            editions.renumbered(handed.notebook.cells)
            guess = editions.present(guess, 1) or ""
            handed.remarks.append(
                "It is of an earlier edition of the course: numbers of exercises were brought up to date."
            )
        handed.lesson_id = _lesson_of(handed.notebook.cells) or guess
    except ValueError as problem:
        handed.lesson_id = guess
        handed.remarks.append(
            f"The file is no notebook that can be read ({problem}), so it earns no points. It has to be "
            "handed in again."
        )
    return handed


def _notebook(content: bytes) -> Any:
    """The notebook that some bytes are. Raises ValueError, with a reason, when they are none."""
    if not content:
        raise ValueError("it is empty, or larger than 20 MB")
    try:
        plain = json.loads(content.decode("utf-8-sig"))
        notebook = nbformat.reads(json.dumps(plain), as_version=4)
        nbformat.validate(notebook)
        return notebook
    except UnicodeDecodeError:
        raise ValueError("it is not text") from None
    except json.JSONDecodeError as problem:
        raise ValueError(f"it is not JSON: line {problem.lineno}") from None
    except (Exception, RecursionError) as problem:
        said = str(problem).strip().partition("\n")[0][:100]
        raise ValueError(f"it is not built as one: {type(problem).__name__}: {said}") from None


def _lesson_of(cells: list[Any]) -> str:
    """The lesson that a notebook names in its first cell, else the one most of whose checks it has."""
    code = [each.source for each in cells if each.cell_type == "code"]
    for text in code:
        if called := _LESSON_CALL.search(text):
            return called[1]
    checked = [called[1][:-1] for text in code if (called := notebook_file.CHECK_CALL.search(text))]
    checked += [_of_mark(each) for each in cells if _of_mark(each)]
    return max(checked, key=checked.count) if checked else ""


def _of_mark(cell: Any) -> str:
    mark = cell.metadata.get("nbgrader", {})
    name = str(mark.get("grade_id", "")) if isinstance(mark, dict) else ""
    numbers = re.fullmatch(r"(?:answer|check)-(\d+)-(\d+)[a-z]", name)
    return f"{numbers[1]}.{numbers[2]}" if numbers else ""


def stand_in(handed: HandedIn, lesson: catalog.Lesson) -> bytes:
    """What nbgrader gets: the notebook with what was noticed about it, or an empty one in its place."""
    notebook = handed.notebook or nbformat.v4.new_notebook()
    course = notebook.metadata.get("course")
    notebook.metadata["course"] = (course if isinstance(course, dict) else {}) | {"grading": handed.remarks}
    buffer = io.StringIO()
    nbformat.write(notebook, buffer)
    return buffer.getvalue().encode("utf-8", "surrogatepass")
