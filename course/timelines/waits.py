"""Who waits for whom, as PostgreSQL says, and when a step of a timeline is over."""

import time
from collections.abc import Sequence
from typing import Any

from psycopg2.extensions import connection as Connection

from course.base.errors import CourseError
from course.timelines.session import DEADLOCK_TIMEOUT, TimelineSession
from course.timelines.step import TimelineStep

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


GUARD = 30.0  # seconds that a step may run without waiting for a lock
# Seconds for which a wait must last. Each session looks for a deadlock once, soon after its wait began. When
# all others have looked before a step begins, only the session that closes the circle can be the victim.
_STEADY = 20 * DEADLOCK_TIMEOUT


class Settling:
    """Knows who waits for whom since the last step, and waits until the next one is over."""

    def __init__(self, watch: Watch, sessions: Sequence[TimelineSession]) -> None:
        self._watch, self._sessions = watch, sessions
        self._steady = _STEADY + (0 if watch.may_hurry else watch.deadlock_timeout)
        self._known: Waits = {}

    def settle(self, now: TimelineStep) -> None:
        """Return when it is over. Raises CourseError when a step runs on and on."""
        deadline, seen, since = time.monotonic() + GUARD, None, 0.0
        while busy := [each for each in self._sessions if each.busy]:
            if busy[-1].wait(0.002):
                continue
            waits = self._watch.waits({each.name: each.pid for each in busy})
            if waits == self._known:  # only those that waited before
                return
            if waits != seen:
                seen, since = waits, time.monotonic()
            if time.monotonic() - since >= self._steady and self._stands(waits, busy):
                self._known = waits
                return
            if time.monotonic() > deadline:
                raise CourseError(
                    f"Step {now.number} ({now.session}) was not done after {GUARD:.0f} seconds, and nothing "
                    "in the database holds it up, so the timeline gave up. Look at what the step runs."
                )
        self._known = {}

    def waits_for(self, session: TimelineSession) -> str:
        """The names of those whom a session waits for."""
        names = {each.pid: each.name for each in self._sessions}
        pids = self._known.get(session.name, ())
        return ", ".join(dict.fromkeys(names.get(pid, "a session elsewhere") for pid in pids))

    def _stands(self, waits: Waits, busy: Sequence[TimelineSession]) -> bool:
        """Whether nothing will happen by itself: all wait, without an end to it that PostgreSQL will make."""
        if any(each.impatient and each.name not in self._known for each in busy):
            return False
        left = {each.pid: set(waits[each.name]) for each in busy}
        if not all(left.values()):
            return False
        while free := [pid for pid, blockers in left.items() if not blockers & left.keys()]:
            for pid in free:
                del left[pid]
        return not left  # what is left waits in a circle
