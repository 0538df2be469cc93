"""Files locked by a living process: the operating system frees them however that process ends."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout


def take(path: Path, seconds: float = 0) -> BaseFileLock | None:
    """Lock `path`, waiting up to `seconds`; return None when another process keeps it."""
    lock = FileLock(path, timeout=seconds, thread_local=False)
    try:
        lock.acquire(poll_interval=0.02)
    except Timeout:
        return None
    return lock


@contextlib.contextmanager
def hold(path: Path, seconds: float = 0) -> Iterator[bool]:
    """Lock `path` for the length of a block; the block is told whether that worked."""
    lock = take(path, seconds)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.release()


def held(path: Path) -> bool:
    """Say whether a living process keeps `path` locked."""
    if not path.exists():
        return False
    with hold(path) as free:
        return not free
