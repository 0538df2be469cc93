"""Who is connected, and who waits for whom: pg_stat_activity and pg_locks, with names instead of numbers."""

import time
from collections.abc import Callable
from typing import Any

from course.base.errors import CourseError
from course.look._query import run
from course.look.result import Look, session_names

DEADLINE = 10.0  # seconds: as long as the learner's own lock_timeout
_SESSIONS = """
SELECT pid, application_name, state, pg_blocking_pids(pid) AS waits_for, query
FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
  AND application_name <> 'course'
ORDER BY backend_start, pid
"""
# Every session is in it, with a lock or without, so that the unnamed ones keep their letters.
_LOCKS = """
SELECT a.pid, a.application_name, l.granted, l.mode, l.locktype,
       l.relation::regclass AS "table", l.objid, pg_blocking_pids(a.pid) AS waits_for
FROM pg_stat_activity AS a
LEFT JOIN pg_locks AS l ON l.pid = a.pid
  AND (NOT l.granted OR l.locktype = 'advisory'
       OR l.relation IN (SELECT relid FROM pg_stat_user_tables))
WHERE a.datname = current_database() AND a.backend_type = 'client backend'
  AND a.application_name <> 'course'
ORDER BY a.backend_start, a.pid, l.granted DESC, l.locktype,
         l.relation::regclass::text, l.mode
"""


def sessions(*, count: int | None = None, waiting: int | None = None, url: str | None = None) -> Look:
    """Every session of this database, the look's own left out: state, whom it waits for, its last query.

    `count`, `waiting`: look again until there are exactly so many sessions, or so many that wait for a lock,
    for at most ten seconds; then CourseError says what there was.
    """

    def enough(found: Look) -> bool:
        blocked = sum(bool(row[3]) for row in found.rows)
        return count in (None, len(found)) and waiting in (None, blocked)

    wanted = [f"{count} sessions" if count is not None else "", _wanted(waiting)]
    found = _until(enough, lambda: run(_SESSIONS, url=url), " and ".join(filter(None, wanted)))
    names = session_names((row[0], row[1]) for row in found.rows)
    rows = [
        (names[pid], _state(state, blockers), _named(blockers, names), _short(query))
        for pid, _, state, blockers, query in found.rows
    ]
    return Look(found.sql, ("session", "state", "waits for", "last query"), tuple(rows))


def locks(*, waiting: int | None = None, url: str | None = None) -> Look:
    """Which session holds which lock on the learner's tables, and who waits for whom.

    `waiting`: look again until exactly so many sessions wait, for at most ten seconds (then CourseError).
    """

    def enough(found: Look) -> bool:
        return waiting in (None, len({row[0] for row in found.rows if row[7]}))

    found = _until(enough, lambda: run(_LOCKS, url=url), _wanted(waiting))
    names = session_names((row[0], row[1]) for row in found.rows)
    rows = []
    for pid, _, granted, mode, kind, table, number, blockers in found.rows:
        if mode is not None:
            waits = "" if granted else _named(blockers, names)
            on = _thing(kind, table, number, waits)
            rows.append((names[pid], "holds" if granted else "waits", _mode(mode, kind), on, waits))
    return Look(found.sql, ("session", "does", "lock", "on", "waits for"), tuple(rows))


def _until(enough: Callable[[Look], bool], look: Callable[[], Look], wanted: str) -> Look:
    deadline = time.monotonic() + DEADLINE
    while not enough(found := look()):
        if time.monotonic() > deadline:
            names = session_names((row[0], row[1]) for row in found.rows)
            there = ", ".join(names.values()) or "no session at all"
            raise CourseError(
                f"For {DEADLINE:.0f} seconds the database did not show {wanted}, so the look gave up. "
                f"There was: {there}. Run the cells above again, in their order."
            )
        time.sleep(0.01)
    return found


def _wanted(waiting: int | None) -> str:
    return f"{waiting} waiting" if waiting is not None else ""


def _state(state: str | None, blockers: list[int]) -> str:
    return f"{state}, waiting" if blockers else str(state or "starting")


def _named(pids: list[int], names: dict[int, str]) -> str:
    return ", ".join(dict.fromkeys(names.get(pid, "a session elsewhere") for pid in pids))


def _short(query: Any) -> str:
    return " ".join(str(query or "").split())


def _mode(mode: str, kind: str) -> str:
    """`RowExclusiveLock` as LOCK TABLE and PostgreSQL's manual spell it: ROW EXCLUSIVE."""
    name = mode.removesuffix("Lock")
    words = "".join(f" {char}" if char.isupper() else char for char in name).split()
    return "row lock" if kind in ("transactionid", "tuple") else " ".join(words).upper()


def _thing(kind: str, table: Any, number: Any, waits: str) -> str:
    if kind == "transactionid":  # a locked row is marked in the row itself: who wants it waits for its writer
        return f"a row that {waits or 'it'} wrote"
    if kind == "tuple":
        return f"{table}, its turn for one row"
    return f"key {number}" if kind == "advisory" else str(table or kind)
