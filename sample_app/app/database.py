"""How Postboard reaches its database."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

from app.errors import Busy

ATTEMPTS = 5
FIRST_PAUSE = 0.1  # seconds; each further pause is twice as long


def connect() -> Connection:
    """Open a connection; wait for a server that is not up yet, but not for ever."""
    pause = FIRST_PAUSE
    for _ in range(ATTEMPTS - 1):
        try:
            return psycopg2.connect(os.environ["DATABASE_URL"])
        except psycopg2.OperationalError:
            time.sleep(pause)
            pause *= 2
    return psycopg2.connect(os.environ["DATABASE_URL"])


def query(
    connection: Connection, sql: str, values: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Run one statement; its rows as dictionaries. `%(name)s` in it stands for a value."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(sql, values)
        return [dict(row) for row in cursor] if cursor.description else []


class Database:
    """Lends connections: at most `size` at a time, each to one caller."""

    def __init__(self, size: int = 10, wait: float = 5.0) -> None:
        self._size, self._wait = size, wait
        self._places = BoundedSemaphore(size)
        self._opening = Lock()
        self._pool: ThreadedConnectionPool | None = None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection; what was not committed is rolled back at the end."""
        if not self._places.acquire(timeout=self._wait):
            raise Busy("All database connections are in use. Try again in a moment.")
        try:
            pool = self._open()
            lent = pool.getconn()
            try:
                yield lent
            finally:
                pool.putconn(lent)  # psycopg2's pool rolls back what is still open
        finally:
            self._places.release()

    def _open(self) -> ThreadedConnectionPool:
        with self._opening:
            if self._pool is None:
                connect().close()  # waits until the server answers
                url = os.environ["DATABASE_URL"]
                self._pool = ThreadedConnectionPool(self._size, self._size, url)
            return self._pool
