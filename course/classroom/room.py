"""The seats of a room: a file for each, which somebody collects, and one table of all.

pydantic reads the files: they come from other computers, and may be damaged or of another version.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course.base import files
from course.base.errors import CourseError
from course.classroom import seat
from course.classroom.seat import Seat

LARGEST = 1_000_000  # bytes of a file: a seat's has about six thousand
LONGEST = 400  # characters of a text that a table shows


@dataclass(frozen=True)
class Unreadable:
    """A file that should hold a seat, and why it cannot be read."""

    name: str
    why: str


def save(found: Seat, folder: Path) -> Path:
    """Store a seat as seat-NAME.json, and return where.

    An earlier file of the same seat is replaced. Another seat's of that name stays, and this one gets a
    number. Raises CourseError.
    """
    text = seat.as_json(found)
    with files.plainly("Storing the check of this seat"):
        path = folder / f"seat-{_file_name(found.name)}.json"
        known = read(path) if os.path.lexists(path) else None
        if known is None or (isinstance(known, Seat) and known.machine == found.machine):
            files.write_text(path, text)
            return path
        return files.keep(path, text)


def _file_name(name: str) -> str:
    """A name as part of a file's, on every system: letters, digits, dots and dashes."""
    plain = "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in name)
    return plain.strip("._")[:80] or "seat"


def seats(folder: Path) -> list[Seat | Unreadable]:
    """What all files seat-*.json in a folder hold, those that are not ready first, then by name.

    Of one seat the newest counts. Raises CourseError when there are none.
    """
    found = [read(path) for path in sorted(folder.glob("seat-*.json"))] if folder.is_dir() else []
    if not found:
        raise CourseError(
            f"There is no file seat-….json in {folder}. On each seat, `course class check --into FOLDER` "
            "writes one; collect them in one folder, and name that folder."
        )
    newest: dict[str, Seat | Unreadable] = {}
    for each in sorted(found, key=lambda one: one.checked if isinstance(one, Seat) else ""):
        newest[f"{each.machine} {each.name}" if isinstance(each, Seat) else each.name] = each
    return sorted(newest.values(), key=lambda one: (isinstance(one, Seat) and one.ready, one.name))


def read(path: Path) -> Seat | Unreadable:
    """The seat that a file holds, or why it cannot be read."""
    from pydantic import TypeAdapter, ValidationError

    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
        if len(text) > LARGEST:
            return Unreadable(path.name, "It is too large to be the file of a seat.")
        return TypeAdapter(Seat).validate_json(text)
    except OSError as problem:
        return Unreadable(path.name, f"The system says: {problem.strerror or problem}.")
    except ValidationError:
        return Unreadable(
            path.name, "It is damaged, or of another version of the course. Check that seat again."
        )


def trouble(each: Seat | Unreadable) -> str:
    """What is wrong at a seat and its cure, in one line; "" when nothing is."""
    if isinstance(each, Unreadable):
        return each.why
    if each.ready or not each.wrong:
        return "" if each.ready else "It says that it is not ready, and not why."
    more = f" And {len(each.wrong) - 1} more." * (len(each.wrong) > 1)
    return f"{each.wrong[0].what} {each.wrong[0].cure}{more}"


def versions(found: Iterable[Seat | Unreadable]) -> set[str]:
    """The versions of the course in a room; more than one is worth a look."""
    return {each.course for each in found if isinstance(each, Seat)}


def shown(text: str) -> str:
    """A text from another computer for a terminal: one line, no control characters, not too long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
