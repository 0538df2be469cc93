"""The tables of `play.sessions`: made anew, and looked at from outside."""

from inspect import cleandoc

import psycopg2
from psycopg2.errors import LockNotAvailable

from course.base.errors import CourseError
from course.look.result import Look
from course.postgres.connection import linked
from course.timelines.session import described

_SETUP_LIMIT, _LOOK_LIMIT = "5s", "1s"  # how long to wait for a lock


def prepare(setup: str, url: str | None) -> None:
    """Run the SQL that makes the tables. Raises CourseError when a session keeps them, or psycopg2.Error."""
    if not setup.strip():
        return
    with linked(url) as link, link.cursor() as cursor:
        try:
            cursor.execute(f"SET lock_timeout = '{_SETUP_LIMIT}'; {setup}")
        except LockNotAvailable:
            raise CourseError(
                "The tables cannot be made anew: another session still uses them. End its transaction, with "
                "COMMIT, ROLLBACK or close(), then start again."
            ) from None


def look(sql: str, url: str | None) -> Look:
    """The rows as a session outside of the play sees them, or the error that it gets."""
    text = cleandoc(sql)
    with linked(url) as link, link.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_LOOK_LIMIT}'")
        try:
            cursor.execute(text)
            names = tuple(str(column.name) for column in cursor.description or ())
            return Look(text, names, tuple(cursor.fetchall()))
        except psycopg2.Error as problem:
            return Look(text, (), (), f"✗ {described(problem)}")
