"""Who uses the server: each process keeps one file locked for as long as it lives."""

import contextlib
import os
import secrets
import threading
from pathlib import Path

from filelock import BaseFileLock

from course.postgres import locks
from course.postgres.home import Home

_guard = threading.Lock()
_taken: dict[tuple[int, str], BaseFileLock] = {}


def _renew_guard() -> None:
    """A fork in the middle of `take` would leave the child a mutex that nobody opens again."""
    global _guard
    _guard = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_guard)


def take(home: Home) -> None:
    """Take this process's lease unless it has one; a forked child takes its own."""
    key = (os.getpid(), str(home.folder))
    with _guard:
        mine = _taken.get(key)
        if mine is None or not os.path.exists(mine.lock_file):
            _taken[key] = _new(home.leases)


def _new(folder: Path) -> BaseFileLock:
    # The keeper may find the file between its making and its locking, and clear it away: then make another.
    while True:
        lock = locks.take(folder / f"{os.getpid()}-{secrets.token_hex(4)}.lease")
        if lock is not None and os.path.exists(lock.lock_file):
            return lock


def anyone(home: Home) -> bool:
    """Say whether a living process holds a lease, and clear away the leases of the dead."""
    try:
        leases = list(home.leases.iterdir())
    except OSError:  # the folder was deleted: nobody can be using what is gone
        return False
    living = False
    for path in leases:
        with contextlib.suppress(OSError):
            living = not _cleared(path) or living
    return living


def _cleared(path: Path) -> bool:
    """Remove a lease unless its process lives; say whether it was removed."""
    with locks.hold(path) as dead:
        if dead and os.name == "posix":
            path.unlink()
    if dead and os.name != "posix":  # Windows removes no file that anybody has open, so this is safe there
        path.unlink(missing_ok=True)
    return dead
