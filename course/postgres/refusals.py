"""What a server refuses when databases are made or dropped, told as a sentence with what to do next."""

import contextlib
from collections.abc import Iterator

import psycopg2
from psycopg2 import errors

from course.base.errors import CourseError
from course.postgres import crowd, settings
from course.postgres.connection import Access


@contextlib.contextmanager
def told(access: Access) -> Iterator[None]:
    """Raise CourseError for what the server refuses in this block; other errors of psycopg2 pass."""
    try:
        yield
    except errors.ReadOnlySqlTransaction as problem:
        raise CourseError(read_only(problem)) from problem
    except errors.InsufficientPrivilege as problem:
        raise CourseError(no_right(access, _words(problem))) from problem
    except psycopg2.OperationalError as problem:
        raise CourseError(
            crowd.sentence(problem)
            or f"The server did not do what this page needs of it. It says: {_words(problem)} Run `course "
            "doctor`, which names what is wrong with the server; then run this again."
        ) from problem


def read_only(problem: Exception | None = None) -> str:
    """Return the sentence for a login or a server that may only read."""
    words = f" It says: {_words(problem)}" if problem else ""
    return (
        f"The login in {settings.URL_VARIABLE} may only read, and every lesson makes a database.{words} "
        "Use a login that may write, and a server that is no standby of another; or unset "
        f"{settings.URL_VARIABLE} to use the course's own server."
    )


def no_right(access: Access, words: str) -> str:
    """Return the sentence for what the login may not do, with what the server says of it."""
    if access.ours:
        return f"PostgreSQL refused to make or drop a database: {words} Run `course doctor`."
    return (
        f"The login in {settings.URL_VARIABLE} may not do this on that server. It says: {words} A database "
        f"of the learner {access.learner} that another login made stays that login's: use the login of "
        f"before, or set {settings.LEARNER_VARIABLES[0]} to a name that nobody has used there."
    )


def _words(problem: Exception) -> str:
    """The server's own words, without its DETAIL and HINT."""
    text = (str(problem).strip().splitlines() or ["nothing"])[0]
    return text.rpartition("failed: ")[2].rstrip(".") + "."
