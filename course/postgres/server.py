"""Find the server or have it started; stop it; say how it is."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from course.base import files
from course.base.errors import CourseError
from course.postgres import diagnosis, lease, login_diagnosis, postmaster, roles, settings, supervisor
from course.postgres.connection import Access
from course.postgres.diagnosis import raise_first
from course.postgres.home import Home

_PATIENCE_SECONDS = 10.0  # for a supervisor to show itself


@dataclass(frozen=True)
class Status:
    """How the course's own server is."""

    running: bool
    port: int | None
    version: str | None
    data: Path
    supervisor_pid: int | None


def ensure() -> Access:
    """Return the access to a server that answers, starting the course's own if need be.

    The server then stays for as long as this process lives. Costs a few milliseconds when it is up.
    Raises CourseError, with the sentences of `course doctor`, when there can be no server.
    """
    url = settings.database_url()
    if url is not None:
        return _other(url)
    home = Home.here()
    try:
        home.create()
        lease.take(home)
    except OSError as problem:
        raise_first(diagnosis.before_start())
        raise CourseError(f"The folder {home.folder} cannot be used: {problem}.") from problem
    return _up(home) or _start(home)


def _other(url: str) -> Access:
    access = Access.to_other(url)
    try:
        roles.require_createdb(access)
    except psycopg2.OperationalError as problem:
        raise_first(login_diagnosis.all_findings())
        raise CourseError(f"COURSE_DATABASE_URL does not work: {problem}") from problem
    return access


def _up(home: Home) -> Access | None:
    """Return the access when everything is in place, else None."""
    if home.stopping.exists() or not roles.prepared(home) or not lease.is_locked(home.supervisor_lock):
        return None
    return _answering(home)


def _answering(home: Home) -> Access | None:
    running = postmaster.find(home.data)
    if running is None or not running.port:
        return None
    access = Access.to_ours(home, running.port)
    try:
        with access.admin():
            return access
    except psycopg2.OperationalError as problem:
        if login_diagnosis.refuses(problem):
            raise_first(login_diagnosis.all_findings())
        return None


def _start(home: Home) -> Access:
    deadline = time.monotonic() + settings.START_SECONDS
    with lease.hold_lock(home.start_lock, settings.START_SECONDS) as mine:
        if not mine:
            raise CourseError(
                "Another program of the course has been starting PostgreSQL for a minute and is not done. "
                "Close the other notebooks and terminals of the course and try again."
            )
        for relic in (home.stopping, home.failure):
            relic.unlink(missing_ok=True)
        try:
            access = _wait(home, deadline)
            roles.prepare(home, access)
        except (psycopg2.Error, OSError) as problem:
            text = f"PostgreSQL was started and then failed: {problem}"
            with contextlib.suppress(OSError):
                files.write_text(home.failure, text)
            raise CourseError(text) from problem
        return access


def _wait(home: Home, deadline: float) -> Access:
    launched = float("-inf")
    while time.monotonic() < deadline:
        if home.failure.exists():
            raise CourseError(home.failure.read_text("utf-8"))
        if not lease.is_locked(home.supervisor_lock) and time.monotonic() - launched > _PATIENCE_SECONDS:
            raise_first(diagnosis.before_start())
            supervisor.launch(home)
            launched = time.monotonic()
        access = _answering(home)
        if access is None and postmaster.find(home.data) is not None and not home.passwords():
            raise_first([login_diagnosis.login()])
        if access is not None and lease.is_locked(home.supervisor_lock):
            return access
        time.sleep(0.01)
    raise CourseError(
        f"PostgreSQL did not answer within a minute. The end of its log says: {home.log_end()} "
        f"Run `course doctor`; {home.log} says more."
    )


def stop() -> None:
    """Stop the course's own server and its supervisor, whoever uses it; do nothing when it does not run."""
    home = Home.here()
    if not home.folder.exists():
        return
    with lease.hold_lock(home.start_lock, settings.START_SECONDS):
        deadline = time.monotonic() + settings.STOP_SECONDS
        while time.monotonic() < deadline:
            running = postmaster.find(home.data)
            if running is not None:
                postmaster.stop(running.process, home.data)
            elif not lease.is_locked(home.supervisor_lock):  # it sees that the server is gone, and goes too
                return
            time.sleep(0.02)


def status() -> Status:
    """Say how the course's own server is, without starting or changing anything."""
    home = Home.here()
    running = postmaster.find(home.data)
    version = supervisor_pid = None
    with contextlib.suppress(OSError):
        version = (home.data / "PG_VERSION").read_text("ascii").strip()
    with contextlib.suppress(OSError, ValueError):
        supervisor_pid = (
            int(home.supervisor_pid.read_text("ascii")) if lease.is_locked(home.supervisor_lock) else None
        )
    return Status(running is not None, running.port if running else None, version, home.data, supervisor_pid)
