"""Makes the tables, and takes over the old rows: `python -m todo.migrate`."""

import os
import sqlite3

from todo.db import connect, database_path
from todo.moments import local_to_utc, now
from todo.security import address
from todo.steps import STEPS, Step

# The number of steps stands in user_version, but only where application_id says that the file is ours.
APPLICATION_ID = 0x746F646F


def _pragma(conn: sqlite3.Connection, name: str) -> int:
    return int(conn.execute(f"PRAGMA {name}").fetchone()[0])


def _run(conn: sqlite3.Connection, step: Step) -> None:
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if step.needs and conn.execute(known, (step.needs,)).fetchone() is None:
        return
    for statement in step.statements:
        conn.execute(statement)


def migrate(path: str) -> None:
    """All steps that are missing, in one transaction."""
    moment = now()
    sqlite3.enable_callback_tracebacks(True)  # otherwise nobody learns which old row cannot be read
    conn = connect(path)
    conn.create_function("strip", 1, str.strip)
    conn.create_function("address", 1, address)
    conn.create_function("local_to_utc", 2, local_to_utc)
    conn.create_function("now", 0, lambda: moment)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("BEGIN IMMEDIATE")
    done = _pragma(conn, "user_version") if _pragma(conn, "application_id") == APPLICATION_ID else 0
    for step in STEPS[done:]:
        _run(conn, step)
    if done < len(STEPS):
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        conn.execute(f"PRAGMA user_version = {len(STEPS)}")
    conn.execute("COMMIT")
    conn.close()


if __name__ == "__main__":
    migrate(database_path(os.environ["DATABASE_URL"]))
