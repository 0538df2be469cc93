"""An app named by a string, served by a process of its own (the other end is child.py)."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from course.base.errors import CourseError

START_LIMIT = 60.0  # seconds; generous, for a slow and busy machine
STOP_LIMIT = 5.0
GRACE = 3.0  # seconds for open requests, after which the process ends anyway

Started = tuple[int, Callable[[], None], Callable[[], str], Callable[[], None] | None]


def in_a_process(name: str, folder: Path, grace: float = GRACE) -> Started:
    """Start it and wait until it answers: its port, how to stop it, to read what it printed, to kill it.

    Raises CourseError when it does not start.
    """
    if ":" not in name:
        raise CourseError(f'"{name}" names no app: write module and variable, for example "app.main:app".')
    # Open for as long as the server runs; appending, because reading moves the shared position.
    log = tempfile.TemporaryFile("a+b")  # noqa: SIM115
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "course.serving.child", name, str(folder), str(grace)],
        cwd=folder,
        # Bytecode of a module rewritten within the same second would be stale.
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        # Interrupting a cell interrupts the kernel's whole process group; the server is not meant.
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    answer, patience = _first_line(process), grace - GRACE + STOP_LIMIT
    if "port" not in answer:
        _end(process, patience)
        raise not_started(name, answer.get("error") or _last_words(log))
    return answer["port"], lambda: _end(process, patience), lambda: _read(log), lambda: _kill(process)


def _first_line(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    lines: queue.Queue[bytes] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True).start()  # type: ignore[union-attr]
    try:
        return dict(json.loads(lines.get(timeout=START_LIMIT) or b"{}"))
    except queue.Empty:
        return {"error": f"it was not ready after {START_LIMIT:.0f} seconds"}


def _end(process: subprocess.Popen[bytes], patience: float) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _read(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode("utf-8", "replace")


def _last_words(log: IO[bytes]) -> str:
    return (_read(log).strip().splitlines() or ["its process ended without a word"])[-1]


def not_started(name: str, why: str) -> CourseError:
    """What the learner reads when an app does not start; `why` is its own error."""
    return CourseError(
        f"The server did not start, because {name} raised an error:\n  {why}\n"
        "Repair it, then run this cell again."
    )
