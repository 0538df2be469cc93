"""What the tests of PostgreSQL share: a home of their own, and processes that use it. No tests in here."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest

from course import postgres
from course.authoring.quick_place import quick_place
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


@contextlib.contextmanager
def used_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home as `own_home` gives one, in which a server ran before: its data folder is made, nothing runs.

    It is a copy, because to make one takes four times as long: for tests that are not about the making.
    """
    with own_home(folder, monkeypatch) as home:
        if os.name == "posix":  # with the owners that the server asks for, where it runs as somebody else
            subprocess.run(["cp", "-a", _once_made(), home.folder], check=True)
        else:
            shutil.copytree(_once_made(), home.folder)
        yield home


@cache
def _once_made() -> Path:
    """A home that this process made once, to be copied; gone when the process ends."""
    place = Path(tempfile.mkdtemp(prefix="course-once-made-", dir=quick_place()))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch, own_home(place / "work", patch) as home:
        postgres.ensure()
        postgres.stop()
    for name in ("port", "server.log", "start.lock", "supervisor.lock", "supervisor.pid"):
        (home.folder / name).unlink(missing_ok=True)
    shutil.rmtree(home.leases, ignore_errors=True)
    return home.folder


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
