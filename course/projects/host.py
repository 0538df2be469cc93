"""The learner's server, as the check runs it: a port, a secret and services of its own."""

import contextlib
import os
import secrets
import socket
import time
from collections.abc import Sequence
from typing import TypeVar

from course.projects.outcome import NotYet
from course.projects.program import Program
from course.projects.project_file import ProjectFile, search_path, words
from course.projects.services import Service
from course.serving.loopback import Place

START_LIMIT = 90.0  # seconds; generous, for a slow and busy machine
MIGRATE_LIMIT = 180.0
_OFTEN = 0.05  # seconds between two looks
_DYING = 3.0  # seconds

S = TypeVar("S", bound=Service)


class Host:
    """A project beside its services, among them its database. `close()` ends and removes all."""

    def __init__(
        self, project: ProjectFile, services: Sequence[Service], *, start_limit: float = START_LIMIT
    ) -> None:
        self.project, self._services, self._limit = project, tuple(services), start_limit
        self.secret = secrets.token_urlsafe(48)
        self.port = _free_port()
        self.program: Program | None = None
        self._own = self._services  # what ends with this one
        self._more: dict[str, str] = {}
        self._workers: dict[str, Host] = {}

    @property
    def place(self) -> Place:
        """Where the server is."""
        return Place("http", "127.0.0.1", "127.0.0.1", self.port)

    @property
    def variables(self) -> dict[str, str]:
        """What the environment of the project's commands says."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "PATH": search_path(),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "TOKEN_SECRET": self.secret,
            **{name: value for each in self._services for name, value in each.variables.items()},
            **self._more,
        }

    def service(self, kind: type[S]) -> S:
        """The service of this kind. Raises LookupError where the project has none."""
        for each in self._services:
            if isinstance(each, kind):
                return each
        raise LookupError(kind.__name__)

    def worker(self, name: str, **variables: str) -> "Host":
        """Another process of the same project, not yet started: its own port, the same secret and services.

        A name has one for as long as this host lives, which ends it, too. `variables`: its own ones.
        """
        if name not in self._workers:
            made = Host(self.project, self._services, start_limit=self._limit)
            made.secret, made._own, made._more = self.secret, (), variables
            self._workers[name] = made
        return self._workers[name]

    def migrate(self) -> None:
        """Run the command that makes the tables. Raises NotYet where it fails or does not end."""
        if not self.project.migrate.strip():
            raise NotYet("project.toml names no command for migrate.")
        program = self._run(self.project.migrate, "migrate")
        status = program.wait(MIGRATE_LIMIT)
        program.kill()
        shown = f"migrate: {self.project.migrate}"
        if status is None:
            raise NotYet(f"The command did not end within {MIGRATE_LIMIT:g} seconds.", "", shown)
        if status:
            said = program.last_words()
            raise NotYet(
                "The command failed.", f"exit status {status}: {said or 'it printed nothing'}", shown
            )

    def start(self) -> None:
        """Start the server, and return when it takes connections. Raises NotYet where it does not."""
        if self.program is not None and self.program.status is None:
            return
        self.program = self._run(self.project.start, "start")
        shown, deadline = f"start: {self.project.start}", time.monotonic() + self._limit
        while not _listens(self.port):
            if self.program.status is not None:
                raise NotYet("The server did not start.", self.last_words(), shown)
            if time.monotonic() > deadline:
                others = sorted(self.program.listens() - {self.port})
                self.program.end()
                got = f"it listens on {', '.join(map(str, others))}" if others else "it listens on no port"
                why = f"The server was to listen on 127.0.0.1 at the port in $PORT, {self.port}."
                raise NotYet(why, got, shown)
            time.sleep(_OFTEN)

    def stop(self) -> None:
        """End the server as a service manager does: SIGTERM, and what does not end is killed."""
        if self.program is not None:
            self.program.end()

    def kill(self) -> None:
        """End the server as a power cut does."""
        if self.program is not None:
            self.program.kill()

    @property
    def died(self) -> str:
        """How the server ended by itself, in words; "" while it runs."""
        # Its connections are closed a moment before the process is gone.
        if self.program is None or self.program.wait(_DYING) is None:
            return ""
        return f"the server has ended with {self.last_words()}"

    def last_words(self) -> str:
        """How the program ended and the last line that it printed."""
        assert self.program is not None
        said = self.program.last_words()
        return f"exit status {self.program.status}: {said or 'it printed nothing'}"

    def close(self) -> None:
        """End the server and its other workers, then its services."""
        for worker in self._workers.values():
            worker.close()
        with contextlib.suppress(OSError):
            self.kill()
        for each in self._own:
            each.close()

    def _run(self, command: str, what: str) -> Program:
        try:
            return Program(words(command, self.variables), self.project.folder, self.variables)
        except (OSError, ValueError, IndexError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            raise NotYet(f"The command for {what} cannot be run.", reason, f"{what}: {command}") from None


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
