"""Threads that the learner's code leaves running: stopped where they can be, and silent where they cannot."""

import sys
import threading
from typing import Any, TextIO
from weakref import WeakSet

from course.checks.learners_code import is_learners, outermost
from course.checks.time_limit import stop_thread

_PATIENCE_SECONDS = 0.2
_silenced: WeakSet[threading.Thread] = WeakSet()


class Leftovers:
    """The threads that one check leaves behind."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())
        self._left: WeakSet[threading.Thread] = WeakSet()
        self.number = 0

    def stop(self) -> None:
        """Stop the threads that have come up and run the learner's code; what they print later is dropped."""
        new = set(threading.enumerate()) - self._before - set(self._left)
        frames = sys._current_frames() if new else {}
        stopped = []
        for thread in new:
            if isinstance(thread, threading.Timer):
                thread.cancel()
            frame = frames.get(thread.ident or 0)
            if outermost(frame) is None:
                continue  # a library's worker that waits for work
            if _began_in_learners_code(frame):
                self.number += 1
            self._left.add(thread)
            stopped.append(thread)
            _silenced.add(thread)
            stop_thread(thread, SystemExit)  # the one that no thread prints a traceback of
        for thread in stopped:
            thread.join(_PATIENCE_SECONDS / len(stopped))

    @property
    def alive(self) -> int:
        """How many of them could not be stopped yet."""
        return sum(thread.is_alive() for thread in self._left)

    def remark(self) -> str:
        """What the learner is told of them; "" when none was left."""
        if not self.number:
            return ""
        threads = "a thread" if self.number == 1 else f"{self.number} threads"
        said = f"Your code left {threads} running when it returned."
        if not self.alive:
            return f"{said} The check stopped what was left."
        return f"{said} What is still running prints nothing more; to end it, restart the kernel."


def silence() -> None:
    """Drop from now on what threads print that checks left behind; nothing changes while there are none."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, _Without) and not any(thread.is_alive() for thread in _silenced):
            setattr(sys, name, stream.stream)
        elif not isinstance(stream, _Without) and any(thread.is_alive() for thread in _silenced):
            setattr(sys, name, _Without(stream))


class _Without:
    """A stream that takes nothing from silenced threads; for all others it is the stream itself."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        return len(text) if threading.current_thread() in _silenced else self.stream.write(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _began_in_learners_code(frame: Any) -> bool:
    """Whether the first function of a thread, below threading's own, is the learner's."""
    first = ""
    while frame is not None:
        if frame.f_code.co_filename != threading.__file__:
            first = frame.f_code.co_filename
        frame = frame.f_back
    return is_learners(first)
