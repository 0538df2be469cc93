"""Stop the learner's code when it runs too long, on every system and in every thread it started.

A child process was considered (pytest-timeout's way too is to kill the process): the learner's
objects live in this one, so the code is interrupted here instead.
"""

import _thread
import ctypes
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_REPEAT_SECONDS = 0.5


class TookTooLong(BaseException):
    """The time was up. Not an Exception, so that `except Exception` in learners' code lets it through."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Run a block for at most so many seconds, then raise TookTooLong in it.

    It is raised again every half second until the block ends, also in threads that the block
    started: an endless loop in a `def` endpoint runs in a worker thread.
    """
    before = set(threading.enumerate())
    if threading.current_thread() is not threading.main_thread():
        yield  # nobody can be interrupted here; the caller's own limit applies
        return
    with _alarm(seconds, before):
        yield


@contextmanager
def _alarm(seconds: float, before: set[threading.Thread]) -> Iterator[None]:
    armed = True

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if armed:
            _stop_threads(before)
            raise TookTooLong

    start, stop, name = _clock(seconds)
    old = signal.signal(name, ring)
    start()
    try:
        yield
    finally:
        armed = False
        stop()
        signal.signal(name, old)


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


def _stop_threads(before: set[threading.Thread]) -> None:
    for thread in set(threading.enumerate()) - before:
        if thread.ident and thread is not threading.current_thread():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(TookTooLong)
            )
