"""What each requirement of Todo gets: a client, users, and values that differ each time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from course.projects.base_world import BaseWorld
from course.projects.outcome import NotYet
from course.projects.services import Service, SqliteFile
from course.projects.wire import Reply, Wire


@dataclass(frozen=True)
class User:
    """Somebody who is registered and logged in."""

    wire: Wire
    email: str
    password: str
    token: str

    def send(self, method: str, path: str, **request: Any) -> Reply:
        """A request in their name."""
        return self.wire.send(method, path, token=self.token, **request)

    def task(self, **fields: Any) -> Reply:
        """The response to a new task of theirs, which is a 201. Raises NotYet."""
        return self.send("POST", "/tasks", json=fields).must(201, why="A task is created.")

    def titles(self, query: str = "") -> list[str]:
        """The titles of a list of their tasks, in its order."""
        items = self.send("GET", f"/tasks{query}").must(200, why="A list is a 200.").items
        return [str(each["title"]) for each in items]


@dataclass
class World(BaseWorld):
    """A server, its client, and what is sent to it."""

    def moment(self) -> datetime:
        """A moment of some year, in UTC, without a fraction of a second."""
        return datetime(2031, 1, 1, tzinfo=UTC) + timedelta(minutes=self.random.randrange(500_000))

    def form(self) -> dict[str, str]:
        """What somebody registers with."""
        return {"email": f"{self.word()}@{self.word()}.example", "password": f"not-a-real-{self.word()}"}

    def register(self, form: dict[str, Any]) -> Reply:
        """The response to a registration."""
        return self.wire.send("POST", "/auth/register", json=form)

    def login(self, email: str, password: str) -> Reply:
        """The response to a login."""
        return self.wire.send("POST", "/auth/token", data={"username": email, "password": password})

    def user(self, form: dict[str, str] | None = None) -> User:
        """Somebody new who is logged in. Raises NotYet where that fails."""
        form = form or self.form()
        self.register(form).must(201, why="Somebody registers.")
        return self.logged_in(form)

    def logged_in(self, form: dict[str, str]) -> User:
        """Somebody who is registered, logged in now. Raises NotYet where that fails."""
        reply = self.login(form["email"], form["password"]).must(200, why="Somebody logs in.")
        return User(self.wire, form["email"], form["password"], str(reply["access_token"]))

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The file that the server was told to use. Raises NotTried at an address, NotYet for no database."""
        with closing(opened(self.own.service(SqliteFile).path)) as connection:
            try:
                yield connection
            except sqlite3.Error as problem:
                raise NotYet("The file in DATABASE_URL is a database of SQLite.", str(problem)) from None


def services() -> list[Service]:
    """What the project is given."""
    return [SqliteFile()]


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a database that is there. Raises NotYet where there is none."""
    if not path.is_file():
        raise NotYet("The database is the file that DATABASE_URL names.", f"there is no {path.name}")
    return sqlite3.connect(path, timeout=30)


def moment_of(reply: Reply, name: str) -> datetime:
    """A field that is a moment with its offset. Raises NotYet for anything else."""
    try:
        found = datetime.fromisoformat(str(reply[name]))
    except ValueError:
        raise reply.not_yet(f"{name} is a moment in ISO 8601.", f"got {reply[name]!r}") from None
    if found.tzinfo is None or found.utcoffset() != timedelta(0):
        raise reply.not_yet(f"{name} is a moment in UTC, with Z or +00:00.", f"got {reply[name]!r}")
    return found


def path_of(reply: Reply) -> str:
    """The path of a task that was created."""
    return f"/tasks/{reply['id']}"
