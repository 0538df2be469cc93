"""What PostgreSQL says about the sessions of a timeline: who waits for whom."""

from typing import Any

from psycopg2.extensions import connection as Connection

from course.base.errors import CourseError

Waits = dict[str, tuple[int, ...]]
_LEVELS = ("READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")


class Watch:
    """A connection that only looks."""

    def __init__(self, link: Connection) -> None:
        self._link = link
        if link.server_version >= 150000:
            self.may_hurry = bool(self._one("SELECT has_parameter_privilege('deadlock_timeout', 'SET')"))
        else:
            self.may_hurry = self._one("SELECT current_setting('is_superuser')") == "on"
        found = self._one("SELECT setting::int FROM pg_settings WHERE name = 'deadlock_timeout'")
        self.deadlock_timeout = int(found) / 1000  # seconds

    def waits(self, pids: dict[str, int]) -> Waits:
        """The processes that each of these sessions waits for; none for one that runs."""
        with self._link.cursor() as cursor:
            cursor.execute("SELECT pid, pg_blocking_pids(pid) FROM unnest(%s) AS pid", [list(pids.values())])
            found = dict(cursor.fetchall())
        return {name: tuple(sorted(set(found[pid]))) for name, pid in pids.items()}

    def _one(self, sql: str) -> Any:
        with self._link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]  # type: ignore[index]


def options(isolation: str | None, patience: float, deadlock_timeout: float | None) -> str:
    """A session's settings as libpq takes them at the start: no statement of them is in the log.

    `patience`: seconds. `deadlock_timeout`: seconds, or None to leave the server's. Raises CourseError.
    """
    milliseconds = int(patience * 1000)
    limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    settings = dict.fromkeys(limits, str(milliseconds))
    if deadlock_timeout is not None:
        settings["deadlock_timeout"] = str(int(deadlock_timeout * 1000))
    if isolation is not None:
        level = " ".join(isolation.upper().replace("_", " ").split())
        if level not in _LEVELS:
            raise CourseError(f"There is no isolation level {isolation!r}; there are {', '.join(_LEVELS)}.")
        settings["default_transaction_isolation"] = level.lower().replace(" ", "\\ ")
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
