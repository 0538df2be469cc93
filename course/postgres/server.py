"""Find the server or have it started; stop it; say how it is."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from course.errors import CourseError
from course.postgres import (
    cluster,
    diagnosis,
    keeper,
    lease,
    locks,
    logins,
    process,
    roles,
    settings,
)
from course.postgres.access import Access
from course.postgres.finding import raise_first
from course.postgres.home import Home

_PATIENCE_SECONDS = 10.0  # for a keeper to show itself


@dataclass(frozen=True)
class Status:
    """How the course's own server is."""

    running: bool
    port: int | None
    version: str | None
    data: Path
    keeper_pid: int | None


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
        raise_first(logins.all_findings())
        raise CourseError(f"COURSE_DATABASE_URL does not work: {problem}") from problem
    return access


def _up(home: Home) -> Access | None:
    """Return the access when everything is in place, else None."""
    if home.stopping.exists() or not roles.prepared(home) or not locks.held(home.keeper_lock):
        return None
    return _answering(home)


def _answering(home: Home) -> Access | None:
    running = process.postmaster(home.data)
    if running is None or not running.port:
        return None
    access = Access.to_ours(home, running.port)
    try:
        with access.admin():
            return access
    except psycopg2.OperationalError as problem:
        if logins.refuses(problem):
            raise_first(logins.all_findings())
        return None


def _start(home: Home) -> Access:
    deadline = time.monotonic() + settings.START_SECONDS
    with locks.hold(home.start_lock, settings.START_SECONDS) as mine:
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
                home.failure.write_text(text, "utf-8")
            raise CourseError(text) from problem
        return access


def _wait(home: Home, deadline: float) -> Access:
    launched = float("-inf")
    while time.monotonic() < deadline:
        if home.failure.exists():
            raise CourseError(home.failure.read_text("utf-8"))
        if not locks.held(home.keeper_lock) and time.monotonic() - launched > _PATIENCE_SECONDS:
            raise_first(diagnosis.before_start())
            keeper.launch(home)
            launched = time.monotonic()
        access = _answering(home)
        if access is None and process.postmaster(home.data) is not None and not home.passwords():
            raise_first([logins.login()])
        if access is not None and locks.held(home.keeper_lock):
            return access
        time.sleep(0.01)
    raise CourseError(
        f"PostgreSQL did not answer within a minute. The end of its log says: {home.log_end()} "
        f"Run `course doctor`; {home.log} says more."
    )


def stop() -> None:
    """Stop the course's own server and its keeper, whoever uses it; do nothing when it does not run."""
    home = Home.here()
    if not home.folder.exists():
        return
    with locks.hold(home.start_lock, settings.START_SECONDS):
        deadline = time.monotonic() + settings.STOP_SECONDS
        while time.monotonic() < deadline:
            running = process.postmaster(home.data)
            if running is not None:
                cluster.stop(running.process, home.data)
            elif not locks.held(home.keeper_lock):  # it sees that the server is gone, and goes too
                return
            time.sleep(0.02)


def status() -> Status:
    """Say how the course's own server is, without starting or changing anything."""
    home = Home.here()
    running = process.postmaster(home.data)
    version = keeper_pid = None
    with contextlib.suppress(OSError):
        version = (home.data / "PG_VERSION").read_text("ascii").strip()
    with contextlib.suppress(OSError, ValueError):
        keeper_pid = int(home.keeper_pid.read_text("ascii")) if locks.held(home.keeper_lock) else None
    return Status(running is not None, running.port if running else None, version, home.data, keeper_pid)
