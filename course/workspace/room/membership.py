"""Which room a learner is in: one file in work/.course/, with the token that the board gave them."""

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course.base import files, paths


@dataclass(frozen=True)
class Membership:
    """The board's address, the pseudonym there, and the token that proves it is this learner."""

    address: str
    name: str
    token: str = field(repr=False)


def place() -> Path:
    """The file: it exists for as long as the learner is in a room."""
    return paths.state() / "room.json"


def joined() -> bool:
    """Whether this learner is in a room: one look at the file system, for it is asked at each check."""
    return os.path.exists(place())  # where the folder may not be read too: then nobody is


def current() -> Membership | None:
    """The membership, or None. A file that somebody has damaged is none."""
    return _read(place())


def store(membership: Membership) -> None:
    """Keep it for this learner alone (mode 600), whole or not at all. Raises CourseError."""
    files.write_secret(place(), asdict(membership), "Joining the room")


def left() -> Membership | None:
    """The room that this learner left last and whose board still has something of them, or None."""
    return _read(_place_left())


def put_aside() -> None:
    """Be in no room any more; what proves who this learner was stays, for `left`. Raises CourseError."""
    with files.plainly("Leaving the room"), suppress(FileNotFoundError):
        os.replace(place(), _place_left())


def forget() -> None:
    """Be in no room any more, and keep nothing of one. Raises CourseError."""
    discard()
    with files.plainly("Leaving the room"):
        _place_left().unlink(missing_ok=True)


def discard() -> None:
    """Delete the file, damaged or not; the room that was left before stays known. Raises CourseError."""
    with files.plainly("Leaving the room"):
        place().unlink(missing_ok=True)


def _place_left() -> Path:
    return paths.state() / "room_left.json"


def _read(path: Path) -> Membership | None:
    found = files.read_record(path)
    try:
        return Membership(**found) if found else None
    except TypeError:
        return None
