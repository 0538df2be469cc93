"""The clean database that a check gives to each expectation which asks for one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from course import postgres

_PREFIX = "check_"
_cleared = False


@contextmanager
def fresh() -> Iterator[str]:
    """The address of an empty database of this process, made anew each time.

    On our own server it stays until the next check, because dropping it is time that the learner would
    wait; those of processes that have ended are dropped first. On another server nothing stays.
    """
    access = postgres.ensure()
    if access.ours:
        _clear_once()
    name = f"{_PREFIX}{os.getpid()}"
    yield postgres.reset(name)
    if not access.ours:
        postgres.drop(name)


def _clear_once() -> None:
    global _cleared
    if not _cleared:
        for name in postgres.names():
            owner = name.removeprefix(_PREFIX)
            if name != owner and owner.isdecimal() and not psutil.pid_exists(int(owner)):
                postgres.drop(name)
    _cleared = True
