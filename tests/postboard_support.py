"""The finished app on a database of its own, for the tests of accounts, tokens and access in tests/lessons/."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import httpx
import psycopg2

from course import postgres
from course.base import paths
from course.postboard import secret
from course.serving.server import Server, serve

# test_variants.py runs these tests on broken copies of the app.
APP = Path(os.environ.get("POSTBOARD_FOLDER", paths.SAMPLE_APP))
PASSWORD = "not-a-real-password"
COMMENTS = "COMMENTS_PER_MINUTE"
MANY = "10000"  # tests write more of them in a minute than a caller may
_numbers = count(1)


class App:
    """A running app: its address, its database, and what tests do to both."""

    def __init__(self, server: Server, database: str) -> None:
        self.url, self.database, self.output = server.url, database, server.output

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **more) -> httpx.Response:
        return httpx.request(method, self.url + path, headers=headers, timeout=60, **more)

    def sql(self, text: str, *values) -> list[tuple]:
        with closing(psycopg2.connect(self.database)) as link, link, link.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    def after(self, change: str, request: Callable[[], httpx.Response]) -> httpx.Response:
        """The response to a request that waits until another transaction, which has made `change`, commits."""
        with closing(psycopg2.connect(self.database)) as beside, beside.cursor() as cursor:
            cursor.execute(change)
            with ThreadPoolExecutor(1) as pool:
                sent, blocked = pool.submit(request), False
                while not (blocked or sent.done()):
                    cursor.execute(  # pg_stat_activity stays as it is until our transaction ends
                        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted "
                        "AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
                    )
                    (blocked,) = cursor.fetchone()
                beside.commit()
                return sent.result()

    def register(self, name: str | None = None, role: str = "member") -> str:
        """A new user of this role; the name. What earlier tests tried is forgotten."""
        name = name or f"user-{next(_numbers)}"
        self.sql("DELETE FROM attempts")
        body = {"name": name, "email": email(name), "password": PASSWORD}
        assert self.ask("POST", "/auth/register", json=body).status_code == 201
        self.sql("UPDATE users SET role = %s WHERE name = %s", role, name)
        return name

    def log_in(self, name: str, password: str = PASSWORD, **more) -> httpx.Response:
        form = {"grant_type": "password", "username": email(name), "password": password, **more}
        return self.ask("POST", "/auth/token", data=form)

    def token(self, name: str) -> dict[str, str]:
        """The header of a user who has logged in."""
        return bearer(self.log_in(name).raise_for_status().json()["access_token"])

    def new(self, role: str = "member") -> dict[str, str]:
        """The header of a new user of this role."""
        return self.token(self.register(role=role))


def email(name: str) -> str:
    return f"{name}@postboard.example"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def fresh_app(label: str, address: str = "") -> Iterator[App]:
    """The app served on an empty database with all revisions: one of its own, or the one at `address`."""
    before, name = os.environ.get("DATABASE_URL"), f"{label}_{os.getpid()}"
    os.environ["DATABASE_URL"] = url = address or postgres.reset(name)
    os.environ[COMMENTS] = MANY
    secret.ensure()
    try:
        subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=APP, check=True)
        with serve("app.main:app", folder=APP, key=name) as running:
            yield App(running, url)
    finally:
        os.environ.pop("DATABASE_URL")
        os.environ.pop(COMMENTS, None)
        if before is not None:
            os.environ["DATABASE_URL"] = before
        if not address:
            postgres.drop(name)
