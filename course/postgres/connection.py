"""How to connect to the server, ours or another, and to the page's database."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import libpq_version, parse_dsn

from course.base.errors import CourseError
from course.postgres import settings
from course.postgres.home import Home
from course.postgres.settings import DATABASE_VARIABLE


@dataclass(frozen=True)
class Access:
    """Two addresses of one server: the one that makes databases, and the one that their owner uses."""

    admin_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    ours: bool

    @classmethod
    def to_ours(cls, home: Home, port: int) -> "Access":
        """Return the access to our own server on `port`."""
        passwords = home.passwords()
        admin, learner = (
            f"postgresql://{role}:{passwords.get(role, '')}@{settings.HOST}:{port}/{settings.MAINTENANCE}"
            for role in (settings.ADMIN, settings.LEARNER)
        )
        return cls(admin, learner, ours=True)

    @classmethod
    def to_other(cls, url: str) -> "Access":
        """Return the access to the server of `COURSE_DATABASE_URL`."""
        return cls(url, url, ours=False)

    def url(self, database: str) -> str:
        """Return the address of `database` for its owner, as libpq reads it."""
        return urlsplit(self.owner_url)._replace(path="/" + quote(database, safe="")).geturl()

    @contextlib.contextmanager
    def admin(self) -> Iterator[Connection]:
        """Open a connection that may make and drop databases; every statement is its own transaction."""
        with connecting(self.admin_url, self.ours) as link:
            yield link


@contextlib.contextmanager
def connecting(url: str, ours: bool = False) -> Iterator[Connection]:
    """Open and close an autocommit connection; our own server must prove that it knows the password too."""
    options: dict[str, Any] = {"connect_timeout": 5, "application_name": "course"}
    if ours:
        # What the learner keeps in the environment for other servers (PGSSLMODE, …) is not for ours.
        options |= {"sslmode": "disable", "gssencmode": "disable", "options": ""}
        if libpq_version() >= 160000:
            options["require_auth"] = "scram-sha-256"
    link = psycopg2.connect(url, **options)
    try:
        link.autocommit = True
        yield link
    finally:
        link.close()


def address(url: str | None) -> str:
    """The address to look at: `url`, else the page's own. Raises CourseError when there is none."""
    found = url or os.environ.get(DATABASE_VARIABLE, "")
    scheme, mark, rest = found.partition("://")
    if not mark:
        raise CourseError(
            "There is no database to look at: this page has not opened one. Run its first code cell, the one "
            "with lesson(…), or name a database: url=…"
        )
    return f"{scheme.partition('+')[0]}://{rest}"  # SQLAlchemy's spelling is understood too


def environment(url: str | None) -> dict[str, str]:
    """The address as libpq's environment variables, for programs such as psql."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    parts = parse_dsn(address(url))
    return {names.get(key, f"PG{key.upper()}"): str(value) for key, value in parts.items()} | {
        "PGDATABASE": database(url)
    }


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
            f"The database {database(url)} cannot be reached, so there is nothing to look at. Run the first "
            "code cell of the page again; if that does not help, run `course doctor`."
        ) from problem
    try:
        yield link
    finally:
        way_in.__exit__(None, None, None)
