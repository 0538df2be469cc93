"""`course class release`: the exercises of lessons as nbgrader's assignments, and when they are due."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from course.base import files
from course.base.errors import CourseError
from course.classroom.grading.folder import CourseFolder, assignment
from course.content import catalog, notebook_file


@dataclass(frozen=True)
class Released:
    """One lesson that is released, the file to hand out, and what the instructor should know."""

    lesson: catalog.Lesson
    file: Path
    said: str


def release(folder: CourseFolder, lesson: catalog.Lesson, due: datetime | None = None) -> Released:
    """Release a lesson, or release it again where the course or the instructor has changed it.

    `due`: when it is due, with a time zone; None leaves that as it is. Nothing of the instructor's is
    overwritten. Raises CourseError when nbgrader refuses.
    """
    name, file = assignment(lesson), folder.at("release", lesson)
    with files.kept_record(folder.record, "Releasing the lesson") as record:
        known = record.setdefault(name, {})
        said = _bring_source(folder, lesson, known)
        now = files.digest(folder.at("source", lesson).read_bytes())
        if file.exists() and known.get("from") == now:
            said.append("It stands as it was released.")
        else:
            said += _generate(folder, lesson, known)
            known |= {"from": now, "release": files.digest(file.read_bytes())}
    if due is not None:
        said.append(_set_due(folder, name, due))
    return Released(lesson, file, " ".join(said))


def _bring_source(folder: CourseFolder, lesson: catalog.Lesson, known: dict[str, Any]) -> list[str]:
    """Put the instructor's version where nbgrader looks for it, unless it was edited there."""
    source, ours = folder.at("source", lesson), lesson.solution_notebook.read_bytes()
    if source.exists() and source.read_bytes() != ours:
        if files.digest(source.read_bytes()) != known.get("source"):
            return [f"{files.shown(source)} has changes of yours: it is released as you wrote it."]
        files.write_bytes(source, ours)
    elif not source.exists():
        files.write_bytes(source, ours)
    known["source"] = files.digest(ours)
    return []


def _generate(folder: CourseFolder, lesson: catalog.Lesson, known: dict[str, Any]) -> list[str]:
    file, said = folder.at("release", lesson), ["Released."]
    before = file.read_bytes() if file.exists() else None
    if before is not None and files.digest(before) != known.get("release"):
        kept = files.keep(folder.root / "kept" / file.name, before)
        said.append(f"You had changed the released notebook; yours is kept as {files.shown(kept)}.")
    old = _cells(file)
    try:
        folder.convert(GenerateAssignment, lesson, ".", Config())
    except NbGraderException as problem:
        raise CourseError(
            f"nbgrader did not release {lesson.id}: {problem} {folder.root / 'nbgrader.log'} says more."
        ) from problem
    if old is not None:
        said[0] = f"Released again: {_difference(old, notebook_file.read_cells(file))}"
    return said


def _cells(file: Path) -> list[dict[str, Any]] | None:
    try:
        return notebook_file.read_cells(file)
    except CourseError:  # not there, or no notebook any more
        return None


def _difference(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> str:
    """In which exercises two releases differ, in words."""
    before, after = _by_exercise(old), _by_exercise(new)
    changed = [each for each in after if each and before.get(each, after[each]) != after[each]]
    parts = [
        ("changed", changed),
        ("new", [each for each in after if each not in before]),
        ("gone", [each for each in before if each not in after]),
    ]
    words = [f"{word}: {', '.join(ids)}" for word, ids in parts if ids]
    return ("; ".join(words) if words else "the exercises are the same") + ". Hand it out anew." * bool(words)


def _by_exercise(cells: list[dict[str, Any]]) -> dict[str, str]:
    found, at = {"": ""}, ""
    for cell in cells:
        text = notebook_file.source(cell)
        heading = notebook_file.HEADING.search(text)
        at = heading[1] if heading else at
        found[at] = f"{found.get(at, '')}\n{text}"
    return found


def _set_due(folder: CourseFolder, name: str, due: datetime) -> str:
    with folder.gradebook() as book:
        book.update_or_create_assignment(name, duedate=due.astimezone(UTC).replace(tzinfo=None))
    return f"Due {due.astimezone():%Y-%m-%d %H:%M}."


def moment(text: str) -> datetime:
    """A moment of the local clock out of "2026-12-01 18:00" or "2026-12-01" (its last minute).

    Raises CourseError for what is no such moment.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CourseError(
            f'"{text}" is no moment. Write it as in "2026-12-01 18:00", or a day alone.'
        ) from None
    if len(text.strip()) == len("2026-12-01"):
        found = found.replace(hour=23, minute=59)
    return found.astimezone()
