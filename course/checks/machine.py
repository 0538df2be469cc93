"""Tell errors of the machine from errors of an answer: a full disk, a server that is gone or is full.

A learner's code may meet the same errors by its own doing: it may use up all connections, or ask for a server
that there is not. So an error counts as the machine's when our own code met it or when it can mean nothing
else; for all others the machine itself is looked at.
"""

import errno
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from course.base import paths
from course.base.errors import CourseError
from course.checks import database
from course.checks.learners_code import learners_line
from course.checks.time_limit import TookTooLong

_FULL_BYTES = 2**20
_FULL_ERRORS = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_DISK_FULL = "53100"
# A server that crashed, cannot read its own files, or finds its data damaged
_SERVER_STATES = ("57P02", "XX001", "XX002")
_SERVER_CLASS = "58"
_NO_PLACE = ("too many clients", "remaining connection slots", "too many connections")
_DOWN = ("starting up", "shutting down", "recovery mode", "authentication failed")
_AGAIN = "Run this cell again; if it says the same, run `course doctor` in a terminal."


def evident(error: BaseException | None) -> str:
    """What is wrong with the machine, in a sentence, when an error alone proves it; else ""."""
    for each in _chain(error):
        state = getattr(each, "pgcode", None) or getattr(each, "sqlstate", None) or ""
        full = isinstance(each, OSError) and each.errno in _FULL_ERRORS
        if full or state == _DISK_FULL or "No space left on device" in _text(each):
            return _disk_is_full()
        if state in _SERVER_STATES or state.startswith(_SERVER_CLASS):
            return f"PostgreSQL has trouble of its own: {_text(each)} {_AGAIN}"
    if error is None or learners_line(error):
        return ""
    if isinstance(error, CourseError):
        return str(error)
    if _met_by(error, database.__file__):
        if _refused_for_lack_of_place(error):
            return _crowded()
        late = "it did not answer in time." if isinstance(error, TookTooLong) else _text(error)
        return _full_disk() or f"PostgreSQL gave no clean database to check with: {late} {_AGAIN}"
    return ""


def hidden(url: str | None, seconds: float) -> str:
    """What is wrong with the machine now, in a sentence, or "".

    `url` is the database that the check used, if it did. A server that has started within the last `seconds`
    was gone in between.
    """
    return _full_disk() or (_of_the_server(url, seconds) if url else "")


def _full_disk() -> str:
    for folder in (paths.work(), paths.postgres_home(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            if shutil.disk_usage(folder).free < _FULL_BYTES:
                return _disk_is_full()
    return ""


def _of_the_server(url: str, seconds: float) -> str:
    import psycopg2

    from course.postgres import settings
    from course.postgres.connection import connecting

    other = settings.database_url()
    try:
        with connecting(other or url, ours=other is None) as link, link.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float")
            row: Any = cursor.fetchone()
    except psycopg2.Error as problem:
        if _refused_for_lack_of_place(problem):
            return _crowded(url)
        if "FATAL" in str(problem) and not any(words in str(problem) for words in _DOWN):
            return ""  # a living server refuses this one database, of which the answer is the owner
        return f"PostgreSQL does not answer: {_text(problem)} {_AGAIN}"
    if row[0] < seconds:
        return "PostgreSQL was stopped and started again while the check ran. Run this cell again."
    return ""


def _refused_for_lack_of_place(error: BaseException) -> bool:
    return any(words in _text(error) for words in _NO_PLACE)


def _crowded(url: str = "") -> str:
    """Who has all connections: "" when most are at `url`, which the answer left open."""
    held = _sessions()
    own = held.pop(urlsplit(url).path.lstrip("/"), 0)
    if own > sum(held.values()):
        return ""
    pages = ", ".join(f"{name} ({number})" for name, number in sorted(held.items(), key=lambda x: -x[1])[:3])
    most = f" Most are held by the databases {pages}." if pages else ""
    return (
        f"PostgreSQL has no connection left for the check.{most} Restart the kernels of pages that you do "
        "not use (in JupyterLab: the list of running kernels on the left), then run this cell again."
    )


def _sessions() -> dict[str, int]:
    """How many sessions each database has, as an administrator sees it, for whom a few places are kept."""
    import psycopg2

    from course.postgres import postmaster, settings
    from course.postgres.connection import Access
    from course.postgres.home import Home

    home = Home.here()
    running = None if settings.database_url() else postmaster.find(home.data)
    if running is None:
        return {}
    access = Access.to_ours(home, running.port)
    with suppress(psycopg2.Error), access.admin() as link, link.cursor() as cursor:
        cursor.execute("SELECT datname, count(*) FROM pg_stat_activity WHERE datname > '' GROUP BY 1")
        return dict(cursor.fetchall())
    return {}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, the driver's error that SQLAlchemy wraps, and what they came from."""
    seen: list[BaseException] = []
    todo = [error]
    while todo:
        each = todo.pop()
        if isinstance(each, BaseException) and not any(each is other for other in seen):
            seen.append(each)
            todo += [getattr(each, "orig", None), each.__cause__, each.__context__]
            yield each


def _met_by(error: BaseException, file: str) -> bool:
    """Whether an error came up in, or passed through, the code of a file."""
    return any(frame.filename == file for frame in traceback.extract_tb(error.__traceback__))


def _text(error: BaseException) -> str:
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # a message that cannot be read says nothing
        return type(error).__name__
    return (lines[0] if lines else type(error).__name__)[:300].rstrip(".") + "."


def _disk_is_full() -> str:
    return (
        f"A disk is full: the one that holds {paths.work()}, or the one for temporary files "
        f"({tempfile.gettempdir()}). Free some space, then run this cell again."
    )
