"""How to connect to the server, ours or another, and to the page's database."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import libpq_version, parse_dsn

from course.base.errors import CourseError
from course.postgres import naming, settings
from course.postgres.home import Home
from course.postgres.settings import DATABASE_VARIABLE

APPLICATION = "course"  # what our own connections are called in pg_stat_activity


@dataclass(frozen=True)
class Access:
    """The addresses of one server: the one that makes databases, the one that their owner uses, the checks'.

    `learner`: whose databases these are on a server that several may share; "" on our own.
    """

    admin_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    ours: bool
    learner: str = ""
    checker_url: str = field(repr=False, default="")  # only on our own server

    @classmethod
    def to_ours(cls, home: Home, port: int) -> "Access":
        """Return the access to our own server on `port`."""
        passwords = home.passwords()
        admin, learner, checker = (
            f"postgresql://{role}:{passwords.get(role, '')}@{settings.HOST}:{port}/{settings.MAINTENANCE}"
            for role in (settings.ADMIN, settings.LEARNER, settings.CHECKER)
        )
        return cls(admin, learner, ours=True, checker_url=checker)

    @classmethod
    def to_other(cls, url: str) -> "Access":
        """Return the access to the server of `COURSE_DATABASE_URL`."""
        return cls(url, url, ours=False, learner=naming.learner(parse_dsn(url).get("user", "")))

    def real(self, database: str) -> str:
        """Return what the learner's `database` is called on this server."""
        return naming.real(database, self.learner)

    def url(self, database: str) -> str:
        """Return the address of the learner's `database` for its owner, as libpq and SQLAlchemy read it."""
        return _address(parse_dsn(self.owner_url) | {"dbname": self.real(database)})

    def checks_url(self, database: str) -> str:
        """Return the address of a `database` on our own server for the role of the checks."""
        return _address(parse_dsn(self.checker_url) | {"dbname": database})

    @contextlib.contextmanager
    def admin(self, database: str = settings.MAINTENANCE) -> Iterator[Connection]:
        """Open a connection that may make and drop databases; every statement is its own transaction.

        `database`: the learner's name of the one to connect to, where it is not the server's own.
        """
        url = self.admin_url
        if database != settings.MAINTENANCE:
            url = _address(parse_dsn(url) | {"dbname": self.real(database)})
        with connecting(url, self.ours) as link:
            yield link


def _address(parts: dict[str, str]) -> str:
    """An address of these parts; what has no place of its own in one stands behind the question mark."""
    rest = dict(parts)
    login = quote(rest.pop("user", ""), safe="")
    password = rest.pop("password", "")
    login += f":{quote(password, safe='')}" if password else ""
    host, port = rest.get("host", ""), rest.get("port", "")
    place = ""
    if not set("/,") & set(host + port):  # a folder with a socket or several servers stand behind, too
        for moved in ("host", "port"):
            rest.pop(moved, None)
        place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    database = quote(rest.pop("dbname"), safe="")
    behind = f"?{urlencode(rest, quote_via=quote)}" if rest else ""
    return f"postgresql://{login}{'@' if login else ''}{place}/{database}{behind}"


@contextlib.contextmanager
def connecting(url: str, ours: bool = False) -> Iterator[Connection]:
    """Open and close an autocommit connection; our own server must prove that it knows the password too."""
    options: dict[str, Any] = {"connect_timeout": 5, "application_name": APPLICATION}
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


def learners_name(real: str) -> str:
    """Return what the learner calls the database that the server calls `real`; no server is asked."""
    url = settings.database_url()
    return naming.learners_name(real, "" if url is None else Access.to_other(url).learner)


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
