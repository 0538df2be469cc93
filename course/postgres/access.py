"""How to log in to the server, ours or another."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import libpq_version

from course.postgres import settings
from course.postgres.home import Home


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
        return _to(self.owner_url, database)

    @contextlib.contextmanager
    def admin(self, database: str = settings.MAINTENANCE) -> Iterator[Connection]:
        """Open a connection that may make and drop databases; every statement is its own transaction."""
        url = self.admin_url if database == settings.MAINTENANCE else _to(self.admin_url, database)
        with connecting(url, self.ours) as link:
            yield link


def _to(url: str, database: str) -> str:
    return urlsplit(url)._replace(path="/" + quote(database, safe="")).geturl()


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
