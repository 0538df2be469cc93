"""Stop the learner's code when it runs too long, on every system and in every thread it started.

A child process was considered (pytest-timeout's way too is to kill the process): the learner's
objects live in this one, so the code is interrupted here instead.
"""

import _thread
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from course.checks.learners_code import running_line, waiting_line

_REPEAT_SECONDS = 0.5
_MOST_PATIENCE = 4.0
RINGS = 10  # how often the code is interrupted before it counts as impossible to interrupt


class TookTooLong(BaseException):
    """The time was up. Not an Exception, so that `except Exception` in learners' code lets it through."""

    line = ""  # of the learner's code that ran when the time was up; "" when none did


def patience() -> float:
    """How many times as long as on a quiet machine code may take now: the more programs share a processor.

    At most _MOST_PATIENCE, for somebody waits. A busy machine must not fail an answer.
    """
    try:
        return min(max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), _MOST_PATIENCE)
    except (AttributeError, OSError):  # Windows counts none, and a system may refuse to tell
        return 1.0


class Rung:
    """What is known when the time is up: `line` of the learner's code that ran then, "" when none did."""

    line = ""


@contextmanager
def limited(seconds: float, give_up: Callable[[], object] = lambda: None) -> Iterator[Rung]:
    """Run a block for at most so many seconds, then raise TookTooLong in it.

    It is raised again every half second until the block ends, also in threads that the block
    started: an endless loop in a `def` endpoint runs in a worker thread. After RINGS times without
    success, `give_up` is called.
    """
    before = set(threading.enumerate())
    if threading.current_thread() is not threading.main_thread():
        yield Rung()  # nobody can be interrupted here; the caller's own limit applies
        return
    with _alarm(seconds, before, give_up) as rung:
        yield rung


@contextmanager
def _alarm(seconds: float, before: set[threading.Thread], give_up: Callable[[], object]) -> Iterator[Rung]:
    armed, rings = True, 0
    again, rung = raising_again(), Rung()

    def ring(_signal: int, frame: FrameType | None) -> None:
        nonlocal rings
        if not armed:
            return
        rings += 1
        problem = TookTooLong()
        rung.line = _stop_threads(before) or running_line(frame) or waiting_line(frame) or rung.line
        problem.line = rung.line
        if rings > RINGS:
            stop()  # else it rings while `give_up` is at work
            give_up()
        if rings > 1:
            _ = -again
        raise problem

    start, stop, name = _clock(seconds)
    old = signal.signal(name, ring)
    start()
    try:
        yield rung
    finally:
        armed = False
        stop()
        signal.signal(name, old)


def raising_again() -> Any:
    """An object `again`: `-again` makes Python raise TookTooLong in this thread at its next opportunity.

    Code as `while True: … except BaseException: pass` catches what a signal handler raises. A second error
    that is pending then is raised inside the `except` block or behind it, which is outside its `try`: the
    loop ends. An operator, because after a call Python would raise in the signal handler itself.
    """
    thread = ctypes.c_ulong(threading.get_ident())
    raising = partial(ctypes.pythonapi.PyThreadState_SetAsyncExc, thread, ctypes.py_object(TookTooLong))
    return type("Again", (), {"__neg__": staticmethod(raising)})()


def _clock(seconds: float) -> tuple[Callable[[], object], Callable[[], object], signal.Signals]:
    """How to start and stop the alarm, and the signal by which it rings."""
    if hasattr(signal, "setitimer"):
        return (
            lambda: signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT_SECONDS),
            lambda: signal.setitimer(signal.ITIMER_REAL, 0),
            signal.SIGALRM,
        )
    done = threading.Event()  # Windows has no itimer: a thread plays Ctrl-C instead

    def play() -> None:
        pause = seconds
        while not done.wait(pause):
            _thread.interrupt_main()
            pause = _REPEAT_SECONDS

    return threading.Thread(target=play, daemon=True).start, done.set, signal.SIGINT


def _stop_threads(before: set[threading.Thread]) -> str:
    """Stop the threads that have come up since; the line of the learner's code that one of them is at."""
    others = set(threading.enumerate()) - before - {threading.current_thread()}
    frames = sys._current_frames() if others else {}
    found = [frames.get(thread.ident or 0) for thread in others]
    lines = [where(frame) for where in (running_line, waiting_line) for frame in found]
    for thread in others:
        stop_thread(thread)
    return next(filter(None, lines), "")


def stop_thread(thread: threading.Thread, error: type[BaseException] = TookTooLong) -> None:
    """Raise an error in another thread as soon as it runs Python code again."""
    if thread.ident:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(error))
