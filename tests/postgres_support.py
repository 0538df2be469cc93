"""What the tests of PostgreSQL share: a home of their own, and processes that use it. No tests in here."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from course import postgres
from course.base.paths import ROOT
from course.postgres import lease, postmaster, settings
from course.postgres.home import Home

GUARD = 60.0  # seconds after which something is called stuck

USE = "from course import postgres; postgres.ensure(); print('up', flush=True); input()"


@contextlib.contextmanager
def own_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home in `folder` that the environment names; whatever runs there afterwards is stopped."""
    for name in (settings.URL_VARIABLE, settings.PORT_VARIABLE, settings.BIN_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_WORK", str(folder))
    monkeypatch.setenv("COURSE_POSTGRES_HOME", str(folder / "postgres"))
    monkeypatch.setenv(settings.FAST_VARIABLE, "1")
    monkeypatch.setenv(settings.GRACE_VARIABLE, "0.2")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield Home.here()
    finally:
        monkeypatch.setenv("COURSE_POSTGRES_HOME", str(folder / "postgres"))
        postgres.stop()


def until(true: Callable[[], Any]) -> Any:
    """Wait for a condition; return what it returned."""
    deadline = time.monotonic() + GUARD
    while time.monotonic() < deadline:
        if result := true():
            return result
        time.sleep(0.02)
    raise AssertionError("it did not happen within a minute")


def python(code: str, **options: Any) -> subprocess.Popen[str]:
    """Start a Python with the course on its path."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True, env=environment, **options
    )


@contextlib.contextmanager
def user(code: str = USE, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the server until the block ends or the test kills it."""
    with python(code, **options) as started:
        try:
            assert started.stdout is not None and started.stdout.readline() == "up\n"
            yield started
        finally:
            started.kill()


def server_of(home: Home) -> psutil.Process | None:
    """The server that runs on the data folder of `home`."""
    found = postmaster.find(home.data)
    return found.process if found else None


def quiet(home: Home) -> bool:
    """Say whether neither server nor supervisor is left."""
    return server_of(home) is None and not lease.is_locked(home.supervisor_lock)


def kill(pid: int | None) -> None:
    """kill -9, and wait until the process is gone."""
    assert pid is not None
    victim = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(psutil.NoSuchProcess):
        until(lambda: not victim.is_running() or victim.status() == psutil.STATUS_ZOMBIE)
