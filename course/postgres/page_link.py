"""A short connection to the page's database, for what is looked at and drawn."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg2
from psycopg2.extensions import connection as Connection

from course.base.errors import CourseError
from course.postgres import crowd
from course.postgres.connection import address, connecting, database, learners_name


@contextmanager
def linked(url: str | None) -> Iterator[Connection]:
    """A short autocommit connection, called "course" in pg_stat_activity. Raises CourseError."""
    where = address(url)
    with ExitStack() as closing:
        try:
            link = closing.enter_context(connecting(where))
        except psycopg2.OperationalError as problem:
            raise CourseError(
                crowd.sentence(problem)
                or f"The database {learners_name(database(url))} cannot be reached, so there is nothing to "
                "look at. Run the first code cell of the page again; if that does not help, run `course "
                "doctor`."
            ) from problem
        yield link  # an error of the block is the caller's: it passes unchanged
