"""One statement on the page's database, run on a short connection of our own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import cleandoc
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import parse_dsn

from course import postgres
from course.errors import CourseError
from course.looks_table import Look
from course.page_database import VARIABLE
from course.postgres.access import connecting


def address(url: str | None) -> str:
    """The address to look at: `url`, else the page's own. Raises CourseError when there is none."""
    found = url or os.environ.get(VARIABLE, "")
    scheme, mark, rest = found.partition("://")
    if not mark:
        raise CourseError(
            "There is no database to look at: this page has not opened one. Run its first code cell, the one "
            "with lesson(…), or name a database: url=…"
        )
    return f"{scheme.partition('+')[0]}://{rest}"  # SQLAlchemy's spelling is understood too


def database(url: str | None) -> str:
    """The name of the database that an address leads to."""
    return str(parse_dsn(address(url)).get("dbname", ""))


@contextmanager
def linked(url: str | None) -> Iterator[Connection]:
    """A short autocommit connection, called "course" in pg_stat_activity. Raises CourseError."""
    where = address(url)
    try:
        way_in = connecting(where)
        link = way_in.__enter__()
    except psycopg2.OperationalError as problem:
        raise CourseError(
            f"The database {postgres.said(database(url))} cannot be reached, so there is nothing to look at. "
            "Run the first code cell of the page again; if that does not help, run `course doctor`."
        ) from problem
    try:
        yield link
    finally:
        way_in.__exit__(None, None, None)


def run(sql: str, params: Any = None, url: str | None = None) -> Look:
    """Run one statement and keep what came back. Raises psycopg2's own errors."""
    with linked(url) as link, link.cursor() as cursor:
        text = cleandoc(sql)  # as it is shown: without the indentation that the cell gave it
        if params is not None:
            text = cursor.mogrify(text, params).decode("utf-8")
        cursor.execute(text)
        if cursor.description is None:
            return Look(text, (), (), str(cursor.statusmessage))
        columns = tuple(str(column.name) for column in cursor.description)
        return Look(text, columns, tuple(cursor.fetchall()))
