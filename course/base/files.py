"""Writing files so that nothing is half written and nothing of the learner's is overwritten.

The package atomicwrites was considered: it is no longer kept up, and os.replace does the work.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock

from course.base import paths
from course.base.errors import CourseError

CACHES = {"__pycache__", ".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints"}
_serial = itertools.count(1)


@contextmanager
def plainly(doing: str) -> Iterator[None]:
    """Turn an OSError inside the block into a CourseError; `doing` completes "… did not work"."""
    try:
        yield
    except OSError as problem:
        where = f" at {shown(Path(problem.filename))}" if problem.filename else ""
        raise CourseError(
            f"{doing} did not work: {problem.strerror or problem}{where}. "
            "Nothing of yours was lost. Check that the folder is yours to write and that the "
            "disk has room, then do it again; `course doctor` looks for the cause."
        ) from problem


def shown(path: Path) -> str:
    """A path as a message shows it: "work/kept/…" inside the learner's folder, else as it is."""
    try:
        return "/".join(["work", *path.relative_to(paths.work()).parts])
    except ValueError:
        return str(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file or nothing (new file beside it, then os.replace). Raises OSError."""
    _make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{os.getpid()}-{next(_serial)}.tmp")
    try:
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except OSError as problem:
        problem.filename = str(path)  # what the learner knows; the draft beside it has a name of ours
        raise
    finally:
        fresh.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8 with the line ends it has, whole or not at all. Raises OSError."""
    write_bytes(path, text.encode("utf-8"))
    drop_bytecode(path)


def drop_bytecode(path: Path) -> None:
    """Delete compiled forms of a module: within one second and the same size they look fresh."""
    if path.suffix == ".py":
        for stale in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            stale.unlink(missing_ok=True)


def keep(wanted: Path, content: bytes | str) -> Path:
    """Store a text of the learner's beside all that is kept already, and return where it is.

    `wanted` "kept/main.py" becomes kept/main-1.py, or the next number that is free, also when another
    process keeps a text of that name at the same moment. Raises OSError, and then leaves no half a file.
    """
    _make_folder(wanted.parent)
    path, file = _claim(wanted)
    try:
        with file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _claim(wanted: Path) -> tuple[Path, BinaryIO]:
    while True:
        path = free_path(wanted)
        with suppress(FileExistsError):  # somebody took this name since we looked: look again
            return path, path.open("xb")


def free_path(wanted: Path) -> Path:
    """A path that nothing has yet: "main.py" gives main-1.py, main-2.py, … in the same folder.

    To write a file there use `keep`: another process may take the name at any moment.
    """
    for number in itertools.count(1):
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        if not os.path.lexists(path):
            return path
    raise AssertionError("count() does not end")


def make_work() -> None:
    """Make the learner's folder, closed to other users: it holds answers, progress and addresses.

    One that is there keeps the permissions that it has. Raises OSError.
    """
    paths.work().mkdir(mode=0o700, parents=True, exist_ok=True)


def _make_folder(folder: Path) -> None:
    if folder.is_relative_to(paths.work()):
        make_work()
    folder.mkdir(parents=True, exist_ok=True)


def digest(content: bytes | str) -> str:
    """The sha256 of some bytes, or of a text as UTF-8, in hex."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()


@contextmanager
def kept_record(path: Path, doing: str) -> Iterator[dict[str, Any]]:
    """A JSON object that the course keeps in the learner's folder, for one process at a time.

    What the block changes in it is saved at the end, however the block ends. Raises CourseError, as `plainly`
    does with `doing`, when the folder cannot be written.
    """
    with plainly(doing):
        make_work()
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=30):
            known = read_record(path)
            record = deepcopy(known)
            try:
                yield record
            finally:
                if record != known:
                    write_record(path, record)


def read_record(path: Path) -> dict[str, Any]:
    """A JSON object that the course keeps for itself; missing or damaged means empty."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Store a JSON object for read_record. Raises OSError."""
    write_text(path, json.dumps(record, indent=1, sort_keys=True) + "\n")


def write_secret(path: Path, record: dict[str, Any], doing: str) -> None:
    """Store a JSON object for read_record, for this user alone (mode 600). Raises as `plainly` does."""
    with plainly(doing):
        _make_folder(path.parent)
        fresh = path.with_name(f".{path.name}.{os.getpid()}-{next(_serial)}.tmp")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(record, file)
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
