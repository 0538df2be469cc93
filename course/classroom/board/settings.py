"""What one room is: its database, the code that learners join by, and the instructor's key."""

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course import postgres
from course.base import files, paths

DATABASE = "class_board"
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without those that are read as each other
_CODE_LENGTH = 8


@dataclass(frozen=True)
class Settings:
    """The address of the database, and the two secrets; a code is shown as "K7PQ-2MDX"."""

    url: str = field(repr=False)
    code: str = field(repr=False)
    key: str = field(repr=False)

    @classmethod
    def of_room(cls, *, new: bool = False) -> "Settings":
        """The room of this instructor, as it was left; `new` begins another one and keeps the old database.

        Raises CourseError when PostgreSQL or the folder cannot be used.
        """
        if new:
            postgres.set_aside(DATABASE)
        if DATABASE not in postgres.names():
            postgres.create(DATABASE)
        code, key = _secrets(new)
        return cls(postgres.url(DATABASE), code, key)


def exists() -> bool:
    """Whether this instructor has had a room."""
    return DATABASE in postgres.names()


def spoken(code: str) -> str:
    """A code as it is read out: in two halves."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def plain(code: str) -> str:
    """A code as it is compared, however somebody typed it."""
    return "".join(each for each in code.upper() if each.isalnum())


@dataclass(frozen=True)
class _Secrets:
    code: str
    key: str


def _place() -> Path:
    return paths.state() / "class_board.json"


def _secrets(new: bool) -> tuple[str, str]:
    known = {} if new else files.read_record(_place())
    try:
        found = _Secrets(**known)
    except TypeError:
        code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
        found = _Secrets(code, secrets.token_urlsafe(24))
        files.write_secret(_place(), asdict(found), "Keeping the room's code")
    return found.code, found.key
