"""pytest in a process of its own that starts warm: what the tests of an API import is loaded before it forks.

A plain `python -m pytest` was measured: it imports for about a second, for each of a hundred broken apps.
"""

import multiprocessing
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path
from types import ModuleType

# Not the app, which differs from run to run, and nothing that reads the environment when it is imported.
_LOADED = (
    *("pytest", "fastapi.testclient", "fastapi.security", "fastapi.middleware.cors", "fastapi.staticfiles"),
    *("sqlalchemy.ext.asyncio", "sqlalchemy.dialects.postgresql.psycopg2", "psycopg2", "alembic.command"),
    *("sqlalchemy.dialects.postgresql.psycopg", "psycopg"),
    *("pydantic_settings", "email_validator", "multipart", "jwt", "pwdlib.hashers.argon2", "anyio"),
    *("course.suites.recorder", "uuid", "concurrent.futures.thread", "hypothesis.stateful"),
    *("anyio.pytest_plugin", "anyio._backends._asyncio"),
)
# What only the app of the last weeks imports.
_LATER = (
    *("structlog", "redis.asyncio", "prometheus_client", "procrastinate"),
    "opentelemetry.sdk.trace.export.in_memory_span_exporter",
)
_LAST = "course.suites.frozen"


# Where Hypothesis finds one of these it has other settings; a suite does the same everywhere.
CI_VARIABLES = {
    *("CI", "TF_BUILD", "bamboo.buildKey", "BUILDKITE", "CIRCLECI", "CIRRUS_CI", "CODEBUILD_BUILD_ID"),
    *("GITHUB_ACTIONS", "GITLAB_CI", "HEROKU_TEST_RUN_ID", "TEAMCITY_VERSION"),
}
_early: list[str] = []
_IMPORTED = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)


def load_early(modules: Iterable[str], texts: Iterable[str] = ()) -> None:
    """Load these too before processes fork; without effect once a suite has run in this process.

    `texts`: the files of an app. What they import of the libraries of the last weeks is loaded as well.
    """
    words = {word for text in texts for word in _IMPORTED.findall(text)}
    _early.extend([*modules, *(each for each in _LATER if each.partition(".")[0] in words)])


@dataclass(frozen=True)
class Job:
    """A run of pytest: where, with which arguments and environment, and the folder that keeps what it gave.

    `tests`: the folder of the tests. `lines`: whether to find out which tests run which lines of the app.
    """

    folder: Path
    tests: Path
    arguments: Sequence[str]
    environment: Mapping[str, str]
    kept: Path
    lines: bool = False


def run_pytest(job: Job, seconds: float) -> bool:
    """Run it in a new process; False when that took over `seconds` and was stopped.

    What happened is in `kept`/events, what was printed in `kept`/output, and in `kept`/lines what Coverage.py
    saw of the app.
    """
    # Not a daemon: pytest-xdist in the tests starts processes of its own. `_end` is what ends it.
    child = _context().Process(target=_child, args=(job,))  # type: ignore[attr-defined]
    with _as_anywhere():
        child.start()
    try:
        child.join(seconds)
        return not child.is_alive()
    finally:
        _end(child)


_starting = threading.Lock()


@contextmanager
def _as_anywhere() -> Iterator[None]:
    """Start a child as if no script ran, which multiprocessing would run again in each, and as if not in CI.

    What is loaded early, Hypothesis too, sees the environment of the first start.
    """
    with _starting:
        script, found = sys.modules["__main__"], CI_VARIABLES & os.environ.keys()
        kept = {name: os.environ.pop(name) for name in found}
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = script
            os.environ.update(kept)


def _end(child: multiprocessing.Process) -> None:
    """End a process and, where there are groups, what it has started."""
    if child.is_alive() and child.pid and hasattr(os, "killpg"):
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # it has not made its group yet
            child.kill()
    elif child.is_alive():
        child.kill()
    child.join()


@cache
def _context() -> BaseContext:
    """Where a process can be forked, a clean one that has loaded much is; on Windows each begins anew."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*_LOADED, *_early, _LAST])
    return context


def _child(job: Job) -> None:
    """What the new process does; it ends with pytest's code, whatever threads the tests have left."""
    if hasattr(os, "setsid"):
        os.setsid()
    output = os.open(job.kept / "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(job.environment)
    os.chdir(job.folder)
    sys.path[:] = [str(job.folder), *(each for each in sys.path if each not in ("", str(job.folder)))]
    sys.dont_write_bytecode = True
    import pytest

    from course.suites.recorder import Recorder

    with _traced(job) as switch:
        code = pytest.main(list(job.arguments), [Recorder(job.kept / "events", job.tests, switch)])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))


@contextmanager
def _traced(job: Job) -> Iterator[Callable[[str], object]]:
    """Lets Coverage.py watch the app, if that is wanted; what it yields is told the name of each test."""
    if not job.lines:
        yield lambda test: None
        return
    from coverage import Coverage

    code = [str(job.folder / each) for each in ("app", "migrations")]
    coverage = Coverage(data_file=str(job.kept / "lines"), source=code, config_file=False, messages=False)
    with coverage.collect():
        yield coverage.switch_context
    coverage.save()
