"""What a check gives to a project besides a port: a database of its own, and what else its brief names."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psutil
import psycopg

from course import postgres
from course.projects.outcome import NotYet
from course.serving.valkey import Valkey, program

DATABASE = "the database in DATABASE_URL"
_PREFIX = "project_check_"


class Service(Protocol):
    """Something that runs or lies beside a project while it is checked."""

    @property
    def variables(self) -> Mapping[str, str]:
        """What the environment of the project's commands says of it."""
        ...

    def close(self) -> None:
        """End and remove it; a second call does nothing."""
        ...


class SqliteFile:
    """The path of a database in a temporary folder; the file itself is the project's to make."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="course-project-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name).resolve() / "data.db"

    @property
    def variables(self) -> Mapping[str, str]:
        """DATABASE_URL."""
        return {"DATABASE_URL": f"sqlite:///{self.path.as_posix()}"}

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()


class PostgresDatabase:
    """An empty database on the course's server. Raises CourseError where PostgreSQL cannot be reached."""

    def __init__(self) -> None:
        _sweep()
        self.name = f"{_PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
        self.url = postgres.create(self.name)

    @property
    def variables(self) -> Mapping[str, str]:
        """DATABASE_URL, as psycopg takes it."""
        return {"DATABASE_URL": self.url}

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection]:
        """A connection, whose statements are kept at the end. Raises NotYet for an error of PostgreSQL."""
        limits = "-c statement_timeout=60s"
        try:
            with psycopg.connect(self.url, connect_timeout=30, options=limits) as connection:
                yield connection
        except psycopg.Error as problem:
            raise NotYet(
                "The database in DATABASE_URL can be asked.", str(problem).strip(), DATABASE
            ) from None

    def close(self) -> None:
        """Drop it, whoever is connected."""
        postgres.drop(self.name)


class ValkeyServer:
    """A Valkey of its own, empty; on a system for which there is no program, VALKEY_URL is empty."""

    def __init__(self) -> None:
        self.valkey = Valkey(program())

    @property
    def variables(self) -> Mapping[str, str]:
        """VALKEY_URL, for example redis://127.0.0.1:6379."""
        return {"VALKEY_URL": self.valkey.url}

    def close(self) -> None:
        """End it."""
        self.valkey.close()


def _sweep() -> None:
    """Drop what checks left behind that were killed."""
    for name in postgres.names():
        pid = name.removeprefix(_PREFIX).partition("_")[0]
        if name.startswith(_PREFIX) and pid.isdigit() and not psutil.pid_exists(int(pid)):
            with contextlib.suppress(Exception):  # somebody else may be sweeping
                postgres.drop(name)
