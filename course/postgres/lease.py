"""Who uses the server: each process keeps one file locked for as long as it lives.

The operating system frees the lock of a file however its process ends.
"""

import contextlib
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from course.postgres.home import Home


def take_lock(path: Path, seconds: float = 0) -> BaseFileLock | None:
    """Lock `path`, waiting up to `seconds`; return None when another process keeps it."""
    lock = FileLock(path, timeout=seconds, thread_local=False)
    try:
        lock.acquire(poll_interval=0.02)
    except Timeout:
        return None
    return lock


@contextlib.contextmanager
def hold_lock(path: Path, seconds: float = 0) -> Iterator[bool]:
    """Lock `path` for the length of a block; the block is told whether that worked."""
    lock = take_lock(path, seconds)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.release()


def is_locked(path: Path) -> bool:
    """Say whether a living process keeps `path` locked."""
    if not path.exists():
        return False
    with hold_lock(path) as free:
        return not free


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
    # The supervisor may clear the file away between its making and its locking: then make another.
    while True:
        lock = take_lock(folder / f"{os.getpid()}-{secrets.token_hex(4)}.lease")
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
    with hold_lock(path) as dead:
        if dead and os.name == "posix":
            path.unlink()
    if dead and os.name != "posix":  # Windows removes no file that anybody has open, so this is safe there
        path.unlink(missing_ok=True)
    return dead
