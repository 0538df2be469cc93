"""A PostgreSQL that is not the course's own: initdb's own settings, and logins with a password. No tests in here."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from postgres_support import until

from course.postgres import account, binaries, postmaster, settings
from course.postgres.home import Home

PASSWORD = "not-a-secret"
SUPERUSER = "postgres"
# As docker-compose.yml sets its server up.
LOGGING = ("logging_collector=on", "log_statement=all", f"log_line_prefix={settings.LOG_LINE_PREFIX}")
MAKERS = ("maker", "ana", "ben")  # ordinary roles that may only make databases


@dataclass(frozen=True)
class Stock:
    """The server: where it listens, and how to get in."""

    port: int

    def url(self, login: str = SUPERUSER) -> str:
        """The address of the database "postgres" for a login."""
        return f"postgresql://{login}:{PASSWORD}@{settings.HOST}:{self.port}/postgres"

    def ask(self, sql: str, url: str = "") -> list[tuple[Any, ...]]:
        """Run one statement, as the superuser unless `url` says otherwise."""
        with closing(psycopg2.connect(url or self.url())) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []

    def databases(self, beginning: str = "") -> list[str]:
        """The names of the databases, those that begin so."""
        found = self.ask("SELECT datname FROM pg_database ORDER BY datname")
        return [name for (name,) in found if name.startswith(beginning)]


@contextlib.contextmanager
def running(folder: Path, *options: str) -> Iterator[Stock]:
    """A server in `folder`; `options` are settings, as in "log_statement=all". It does not wait for the disk."""
    home, programs = Home(folder), binaries.find()
    assert programs is not None
    home.create()
    who = account.choose(home, programs)
    data = home.data
    secret = data.with_name("secret")
    secret.write_text(PASSWORD, "ascii")
    who.give(secret)
    making = [binaries.program(programs, "initdb"), "-D", data, "-U", SUPERUSER, f"--pwfile={secret}"]
    making += ["-A", "scram-sha-256", "--no-sync", "--no-instructions"]
    assert who.popen(making, stdout=subprocess.DEVNULL).wait() == 0
    port = postmaster._free_port(home)
    # Only where it listens, and that the machine of a test may lose what it holds.
    given = [f"port={port}", "unix_socket_directories=", "fsync=off", "full_page_writes=off", *options]
    command = [
        binaries.program(programs, "postgres"),
        "-D",
        data,
        *(part for one in given for part in ("-c", one)),
    ]
    with home.log.open("ab") as log:
        server = who.popen(command, stdout=log, stderr=log)
    try:
        stock = Stock(port)
        until(lambda: _answers(stock, server))
        for login in MAKERS:
            stock.ask(f"CREATE ROLE {login} LOGIN CREATEDB PASSWORD '{PASSWORD}'")
        yield stock
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _answers(stock: Stock, server: subprocess.Popen[bytes]) -> bool:
    assert server.poll() is None, "the server ended by itself"
    try:
        return bool(stock.ask("SELECT 1"))
    except psycopg2.OperationalError:
        time.sleep(0.02)
        return False
