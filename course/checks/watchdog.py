"""Know of checks that did not come back: their kernel hung, was killed or crashed.

While a check runs, a file in the learner's folder says so. Code that nothing in Python can stop is ended,
and the kernel with it, by the timer of faulthandler: it needs no interpreter and costs a tenth of a
millisecond. A process of our own as a watchdog was considered: it would be one more process for each kernel.
Jupyter starts a new kernel by itself; there the file that was left behind is read, and the learner is told
what happened.
"""

import faulthandler
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from course.base import paths
from course.checks.learners_code import is_learners
from course.checks.time_limit import RINGS
from course.postgres.settings import LONGEST_STATEMENT_SECONDS

# What the time limit's own ways to interrupt get, before the kernel is ended without them. psycopg2 waits for
# PostgreSQL where nothing interrupts it: until the server itself ends the statement.
GRACE_SECONDS = 0.5 * RINGS + LONGEST_STATEMENT_SECONDS + 5.0
_SAME_PROCESS_SECONDS = 5.0  # the clock of the system may have been set since
_FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$', re.MULTILINE)
_leave = os._exit


class Watch:
    """The file that says which check runs in this process, and the timer that ends it in the worst case."""

    def __init__(self, exercise_id: str) -> None:
        self.exercise_id = exercise_id
        self._cell = sys.stdout  # where the learner reads, before a check redirects it
        self._file: TextIO | None = None
        self._path: Path | None = None

    def __enter__(self) -> "Watch":
        self._file, self._path = _open(f"{os.getpid()}-{_born():.0f}.check")
        note = {"exercise": self.exercise_id, "pid": os.getpid(), "born": _born()}
        self._file.write(json.dumps(note) + "\n")
        with suppress(OSError):  # a full disk is no reason not to check
            self._file.flush()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._file is not None
        with suppress(OSError):
            self._file.close()
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()

    @contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """End the process if the block has not come back GRACE_SECONDS after its limit of `seconds`."""
        assert self._file is not None
        faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True, file=self._file)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    def give_up(self) -> None:
        """Say in the learner's cell that the code cannot be interrupted, and end the process."""
        assert self._file is not None
        faulthandler.dump_traceback(file=self._file)
        with suppress(Exception):
            print(f"{_stuck(self.exercise_id, '')} {_NEXT}", file=self._cell, flush=True)
            time.sleep(_SENDING_SECONDS)
        _leave(1)


_SENDING_SECONDS = 0.5  # for the kernel to hand on what was printed


@dataclass(frozen=True)
class Stopped:
    """A check that did not come back: of which exercise, whether it hung, and what the learner is told."""

    exercise_id: str
    hung: bool
    sentence: str


def left_behind(lesson_id: str) -> list[Stopped]:
    """The checks of a lesson's exercises whose process is gone. Each is told once: its file is removed."""
    found = []
    for path in sorted(_folder().glob("*.check")):
        try:
            first, _, stack = path.read_text("utf-8", errors="replace").partition("\n")
            note = json.loads(first)
            exercise_id, gone = str(note["exercise"]), not _alive(note["pid"], note["born"])
        except (OSError, ValueError, KeyError, TypeError):  # cut short: its disk was full
            continue
        if gone and exercise_id[:-1] == lesson_id:  # 3.10a is not of lesson 3.1
            found.append(_stopped(exercise_id, stack))
            with suppress(OSError):
                path.unlink()
    return found


def _stopped(exercise_id: str, stack: str) -> Stopped:
    if stack.strip():
        return Stopped(exercise_id, True, _stuck(exercise_id, _place(stack)))
    return Stopped(
        exercise_id,
        False,
        f"The kernel ended while {exercise_id} was being checked: something ended its process, such as a "
        "crash in a library, a lack of memory, or a restart by hand. That check has no result.",
    )


def _stuck(exercise_id: str, place: str) -> str:
    return (
        f"The check of {exercise_id} was ended together with the kernel: the code{place} ran on after its "
        "time was up and could not be interrupted. A loop that catches every error (`except:` or `except "
        "BaseException:`) or one huge computation does that."
    )


_NEXT = (
    "Jupyter starts a new kernel. Nothing in the notebook is lost: change the answer, then run the cells "
    "from the top."
)


def _place(stack: str) -> str:
    """Where the learner's code was, out of what faulthandler wrote."""
    for name, line, function in _FRAME.findall(stack):
        if is_learners(name):
            return f" in line {line} of its cell" + (f", in `{function}`," if function != "<module>" else "")
    return ""


def _folder() -> Path:
    return paths.state() / "checks"


def _open(name: str) -> tuple[TextIO, Path | None]:
    path = _folder() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8"), path
    except OSError:  # the timer needs a file; that it cannot be kept is no reason not to check
        return open(os.devnull, "w", encoding="utf-8"), None


@cache
def _born() -> float:
    import psutil

    return psutil.Process().create_time()


def _alive(pid: Any, born: Any) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - born) < _SAME_PROCESS_SECONDS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
