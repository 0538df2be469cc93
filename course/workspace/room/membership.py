"""Which room a learner is in: one file in work/.course/, with the token that the board gave them."""

import os
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
    found = files.read_record(place())
    try:
        return Membership(**found) if found else None
    except TypeError:
        return None


def store(membership: Membership) -> None:
    """Keep it for this learner alone (mode 600), whole or not at all. Raises CourseError."""
    files.write_secret(place(), asdict(membership), "Joining the room")


def forget() -> None:
    """Be in no room any more. Raises CourseError."""
    with files.plainly("Leaving the room"):
        place().unlink(missing_ok=True)
