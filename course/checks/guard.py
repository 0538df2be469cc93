"""Keep the learner's code from ending the kernel, and a copy of the kernel from answering in its place.

What ends a process at once is replaced while a check runs: `os._exit`, signals to this process, `exit()` of
the notebook. Running the code in a child process was considered: the learner's objects live in this one.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import Any

from course.base.shell import shell
from course.checks.learners_code import is_learners, outermost

_leave = os._exit
_guard: "Guard | None" = None
_registered = False


class Refused(BaseException):
    """The code asked for what would end the kernel. Not an Exception, as SystemExit is none."""


class Guard:
    """What is known of the process while one expectation is looked at."""

    def __init__(self, seconds: float) -> None:
        self.pid, self.seconds, self.copies = os.getpid(), seconds, 0
        self.refused: Refused | None = None  # the last one that was raised

    def leave_if_copied(self) -> None:
        """End a process that the learner's code made by `os.fork` and that came back from that code."""
        if os.getpid() != self.pid:
            _leave(0)


@contextmanager
def guarded(seconds: float) -> Iterator[Guard]:
    """Run a block in which nothing in Python can end this process; a copy of it ends after `seconds`.

    Code that tries gets Refused with a sentence for the learner. `copies` of the guard counts the calls of
    `os.fork` in the learner's code.
    """
    global _guard
    guard, before = Guard(seconds), _guard
    _watch_forks()
    import pytest  # with the check, not with every page

    with pytest.MonkeyPatch.context() as patch:
        for owner, name, refused in _DANGERS:
            if hasattr(owner, name):
                patch.setattr(owner, name, _refusing(owner, name, refused, guard))
        notebook = shell()
        if hasattr(notebook, "ask_exit"):
            patch.setattr(notebook, "ask_exit", _refuse_exit)
        _guard = guard
        try:
            yield guard
        finally:
            guard.leave_if_copied()
            _guard = before


def _always(*_: Any) -> bool:
    return True


def _here(pid: int, number: int = signal.SIGTERM, *_: Any) -> bool:
    """Whether a signal would reach this process or the one that started it; 0 only asks."""
    return number != 0 and pid in (0, -1, os.getpid(), os.getppid(), -os.getpid())


def _own_group(group: int, number: int = signal.SIGTERM, *_: Any) -> bool:
    return number != 0 and hasattr(os, "getpgrp") and group in (0, os.getpgrp())


def _deadly(number: int, *_: Any) -> bool:
    return number != signal.SIGINT and signal.getsignal(number) in (signal.SIG_DFL, None)


_DANGERS: list[tuple[Any, str, Callable[..., bool]]] = [
    (os, "_exit", _always),
    (os, "abort", _always),
    (os, "execv", _always),
    (os, "execve", _always),
    (os, "kill", _here),
    (os, "killpg", _own_group),
    (signal, "raise_signal", _deadly),
]


def _refusing(owner: Any, name: str, refused: Callable[..., bool], guard: Guard) -> Callable[..., Any]:
    original = getattr(owner, name)

    @wraps(original)
    def called(*arguments: Any, **named: Any) -> Any:
        # A child process that a library made, such as multiprocessing, ends as it always does.
        if os.getpid() == guard.pid and refused(*arguments, *named.values()):
            guard.refused = Refused(_sentence(f"{owner.__name__}.{name}"))
            raise guard.refused
        return original(*arguments, **named)

    return called


def _refuse_exit() -> None:
    raise Refused(_sentence("exit() or quit()"))


def _sentence(what: str) -> str:
    return f"Your code called {what}, which ends the notebook's kernel. The check did not let it."


def _watch_forks() -> None:
    global _registered
    if not _registered and hasattr(os, "register_at_fork"):  # what is registered stays for good
        os.register_at_fork(after_in_parent=_count_copy, after_in_child=_live_quietly)
        _registered = True


def _count_copy() -> None:
    caller = sys._getframe().f_back
    if _guard is not None and caller is not None and is_learners(caller.f_code.co_filename):
        _guard.copies += 1


def _live_quietly() -> None:
    """In a copy of the kernel: run the learner's code to its end, and nothing after it."""
    if _guard is None:
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the copy, whatever its code catches
    signal.setitimer(signal.ITIMER_REAL, _guard.seconds)
    theirs = outermost(sys._getframe())
    if theirs is None:
        return

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        if frame is theirs and event == "return":
            _leave(0)

    sys.setprofile(profile)


def lost(error: BaseException | None) -> bool:
    """Whether a TestClient says only that its own thread has ended, as it does after a BaseException."""
    ended = isinstance(error, RuntimeError) and "portal is not running" in str(error)
    return ended or type(error).__name__ == "CancelledError"
