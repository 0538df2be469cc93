"""pytest in a process of its own that starts warm: what the tests of an API import is loaded before it forks.

A plain `python -m pytest` was measured: it imports for about a second, for each of a hundred broken apps.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path

# Not the app, which differs from run to run, and nothing that reads the environment when it is imported.
_LOADED = (
    *("pytest", "fastapi.testclient", "fastapi.security", "fastapi.middleware.cors", "fastapi.staticfiles"),
    *("sqlalchemy.orm", "sqlalchemy.dialects.postgresql.psycopg2", "psycopg2", "alembic.command"),
    *("pydantic_settings", "email_validator", "multipart", "jwt", "pwdlib.hashers.argon2", "anyio"),
    *("course.suites.recorder", "uuid", "concurrent.futures.thread", "hypothesis.stateful"),
)


def run_pytest(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], kept: Path, seconds: float
) -> bool:
    """Run pytest in a folder; False when it had not ended after `seconds` and was stopped.

    What happened is in `kept`/events, what was printed in `kept`/output.
    """
    # Not a daemon: pytest-xdist in the tests starts processes of its own. `_end` is what ends it.
    child = _context().Process(  # type: ignore[attr-defined]
        target=_child, args=(folder, list(arguments), dict(environment), kept)
    )
    child.start()
    try:
        child.join(seconds)
        return not child.is_alive()
    finally:
        _end(child)


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
    context.set_forkserver_preload(list(_LOADED))
    return context


def _child(folder: Path, arguments: list[str], environment: dict[str, str], kept: Path) -> None:
    """What the new process does; it ends with pytest's code, whatever threads the tests have left."""
    if hasattr(os, "setsid"):
        os.setsid()
    output = os.open(kept / "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = [str(folder), *(each for each in sys.path if each not in ("", str(folder)))]
    sys.dont_write_bytecode = True
    import pytest

    from course.suites.recorder import Recorder

    tests = folder / "tests" if (folder / "tests").is_dir() else folder
    code = pytest.main(arguments, [Recorder(kept / "events", tests)])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))
