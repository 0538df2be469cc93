"""Where the server's log is read: a file beside our own server, or through SQL where another allows it."""

from dataclasses import dataclass
from typing import Protocol

from psycopg2 import Error, errors
from psycopg2.extensions import connection as Connection

from course.postgres import settings
from course.postgres.connection import Access
from course.postgres.refusals import told

_MOST_BYTES = 2**26  # bytes that are read at once: a session of a lesson writes some thousand
_END = """
    SELECT file, (pg_stat_file(file, true)).size FROM pg_current_logfile('stderr') AS file
"""
# From a place to the end of the file; all of it when it is shorter, for then it was begun anew.
_READ = """
    SELECT pg_read_binary_file(%(file)s, start, least(size - start, %(most)s), true)
    FROM coalesce((pg_stat_file(%(file)s, true)).size, 0) AS size,
         LATERAL (SELECT CASE WHEN %(start)s <= size THEN %(start)s ELSE 0 END AS start) AS begun
"""


@dataclass(frozen=True)
class Mark:
    """A moment in the log: how far which file had come."""

    file: str = ""
    size: int = 0


class Source(Protocol):
    """A log that can be marked and read; `missing` says in a sentence why it cannot, or is ""."""

    missing: str

    def mark(self) -> Mark:
        """Return the present end of the log."""

    def since(self, start: Mark) -> str:
        """Return what was written after a mark."""


def source() -> Source:
    """Return the log of the server that the course uses now."""
    if not settings.uses_other():
        return OwnLog()
    from course.postgres import ensure

    return OtherLog(ensure())


class OwnLog:
    """The file beside the course's own server."""

    missing = ""

    def mark(self) -> Mark:
        """Return the present end of the log."""
        from course.postgres.home import Home

        return Mark("", Home.here().log_size())

    def since(self, start: Mark) -> str:
        """Return what was written after a mark."""
        from course.postgres.home import Home

        with Home.here().log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(start.size if start.size <= size else 0)  # a server that starts may begin a new log
            return file.read().decode("utf-8", "replace")


class OtherLog:
    """The log of a server that is not ours, where its settings and the login's rights let SQL read it."""

    def __init__(self, access: Access) -> None:
        self._access = access
        with told(access), access.admin() as link:
            reason = _why_not(link)
        self.missing = reason and (
            f"The statements that this server received cannot be shown: it keeps its log to itself "
            f"({reason})."
        )

    def mark(self) -> Mark:
        """Return the present end of the log; the beginning of none when it cannot be read."""
        if self.missing:
            return Mark()
        with self._access.admin() as link:
            return _end(link)

    def since(self, start: Mark) -> str:
        """Return what was written after a mark, also when the server has begun another file since."""
        with self._access.admin() as link:
            end = _end(link)  # first: what is written meanwhile is read the next time
            text = _read(link, start.file, start.size)
            return text if end.file == start.file else text + _read(link, end.file, 0)


def _why_not(link: Connection) -> str:
    """Why this login cannot read the log, or ""; it must be as the course's own server writes it."""
    with link.cursor() as cursor:
        wanted = {
            "logging_collector": "on",
            "log_statement": "all",
            "log_line_prefix": settings.LOG_LINE_PREFIX,
        }
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(wanted)])
        other = [name for name, setting in cursor.fetchall() if setting != wanted[name]]
        if other:
            return f"{', '.join(sorted(other))}: not set for it"
    try:
        end = _end(link)
        _read(link, end.file, end.size)
    except errors.InsufficientPrivilege:
        return "the login may not read it"
    except Error as problem:
        return str(problem).splitlines()[0]
    return "" if end.file else "it is no file"


def _end(link: Connection) -> Mark:
    with link.cursor() as cursor:
        cursor.execute(_END)
        file, size = cursor.fetchone() or ("", 0)
        return Mark(file or "", size or 0)


def _read(link: Connection, file: str, start: int) -> str:
    with link.cursor() as cursor:
        cursor.execute(_READ, {"file": file, "start": start, "most": _MOST_BYTES})
        found = (cursor.fetchone() or (None,))[0]
        return bytes(found or b"").decode("utf-8", "replace")
