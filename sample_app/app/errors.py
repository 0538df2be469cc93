"""What goes wrong, in the app's own words."""

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError


class PostboardError(Exception):
    """Something the app refuses to do. It knows nothing of HTTP; `problems.py` does."""


class NotFound(PostboardError):
    """There is no such thing."""


class Conflict(PostboardError):
    """It clashes with what is there, or with a rule."""


class Outdated(PostboardError):
    """It has changed since the client saw it."""


class Invalid(PostboardError):
    """A value that makes no sense."""


class Unknown(PostboardError):
    """Nobody knows who is calling."""


class BadToken(Unknown):
    """The caller's token is not, or no longer, valid."""


class TooMany(PostboardError):
    """It was tried too often; in some seconds it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts. Try again in {seconds} seconds.")
        self.seconds = seconds


class Forbidden(PostboardError):
    """The caller is known, and may not."""


class Busy(PostboardError):
    """Too much at once."""


def is_duplicate(error: IntegrityError) -> bool:
    """Whether the database refused a row because its key, or a unique value, is taken."""
    return isinstance(error.orig, UniqueViolation)
