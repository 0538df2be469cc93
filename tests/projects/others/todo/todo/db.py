"""The SQLite file: connections and transactions."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

BUSY_SECONDS = 30
MAX_ID = 2**63 - 1


def database_path(url: str) -> str:
    """The path in `sqlite:///…`."""
    if not url.startswith("sqlite:///"):
        raise SystemExit("DATABASE_URL must begin with sqlite:///")
    return url.removeprefix("sqlite:///")


def connect(path: str) -> sqlite3.Connection:
    """A connection that leaves transactions to its caller."""
    conn = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA foreign_keys = ON")
    return conn


def row_id(text: str) -> int:
    """The id in a text; 0, which no row has, for a text that is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return 0
    number = int(text)
    return number if number <= MAX_ID else 0


class Database:
    """Connections stay open. Writers of this process wait at a lock: fairer than SQLite's polling."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._writer = Lock()

    @contextmanager
    def transaction(self, write: bool) -> Iterator[sqlite3.Connection]:
        """All or nothing; a writer has the lock from its beginning, so that it never finds stale rows."""
        with self._writer if write else nullcontext(), self._borrow() as conn:
            conn.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield conn
                conn.execute("COMMIT")
            except BaseException:
                conn.rollback()
                raise

    @contextmanager
    def _borrow(self) -> Iterator[sqlite3.Connection]:
        try:
            conn = self._idle.pop()
        except IndexError:
            conn = connect(self._path)
        try:
            yield conn
        finally:
            self._idle.append(conn)

    def close(self) -> None:
        """When the server stops; the last one that is closed empties the write-ahead log."""
        while self._idle:
            self._idle.pop().close()
