"""A migration under traffic: whether a statement of another session is kept waiting while it runs.

Nothing asks a clock: PostgreSQL says who waits for whom, and counts the rows that a transaction worked on.
"""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from threading import Event
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import connection as Connection

from course.base.text import short
from course.checks.migration_slips import said_by
from course.checks.revisions import Revision, as_a_revision, configured, here, migrating, name_of
from course.checks.toolbox import in_thread

if TYPE_CHECKING:
    from sqlalchemy import Engine, MetaData

_LOCKS = """
    SELECT quote_ident(relname), mode FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE pid = pg_backend_pid() AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
"""
# What the transaction that asks has worked on so far, and how long it would wait for a lock.
_WORK = """
    SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)
                        + n_tup_ins + n_tup_upd + n_tup_del), 0)::int,
           (SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout')
    FROM pg_stat_xact_user_tables
"""
_LONGEST = 90


def lock_budget(
    url: str,
    function: Revision,
    statement: str,
    metadata: "MetaData | None" = None,
    *,
    rows: int = 0,
    most_ms: int = 2000,
) -> list[str]:
    """Run a function as a revision, with traffic; a sentence for each time that `statement` is kept waiting.

    After each statement of the migration another session sends `statement`, and takes it back. While each of
    them runs, a third session has a transaction open that did the same to other rows. Kept waiting is who
    waits while the migration works on more than `rows` rows, or behind a migration that itself waits for the
    long transaction without a `lock_timeout` of at most `most_ms` milliseconds.
    Raises ExpectationFailed as `migrate` does, and psycopg2's error for a `statement` that does not run.
    """
    with here(url) as engine, _Traffic.on(url, statement, rows, most_ms) as traffic:
        traffic.listen(engine)
        with migrating(f"{name_of(function)}() as a revision, under traffic"), engine.connect() as connection:
            connection.exec_driver_sql(
                "SET max_parallel_maintenance_workers = 0"
            )  # their work is not counted
            connection.commit()
            traffic.begins(connection.connection.dbapi_connection)
            as_a_revision(configured(connection, metadata), function)
        traffic.ends()
    return traffic.found


class _Traffic:
    """Two sessions beside the migration's: one that sends the statement, one with a long transaction."""

    def __init__(self, links: list[Connection], statement: str, rows: int, most_ms: int) -> None:
        self.found: list[str] = []
        self._look, self._sender, self._long = links
        self._look.autocommit = True
        self._statement, self._rows, self._most_ms = statement, rows, most_ms
        self._too_many = f"more than {rows}" if rows else "the table's"
        self._needs = self._locks_of_the_statement()
        self._migration: Any = None  # its session, once it runs
        self._sent: Future[str] = _done()
        self._watching: Future[None] = _done()
        self._over = Event()  # the statement of the migration that runs has ended
        self._seen: set[str] = set()
        self._worked = self._under_lock = self._timeout = 0

    @classmethod
    @contextmanager
    def on(cls, url: str, *about: Any) -> Iterator["_Traffic"]:
        links: list[Connection] = []
        try:
            links += [psycopg2.connect(url) for _ in range(3)]
            yield cls(links, *about)
        finally:
            for link in links:
                with suppress(psycopg2.Error):
                    link.cancel()
                link.close()

    def listen(self, engine: "Engine") -> None:
        """Look at each statement that goes over this engine."""
        from sqlalchemy import event

        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "handle_error", self._failed)

    def begins(self, session: Any) -> None:
        """The migration runs over this session of psycopg2 from now on."""
        self._migration = session

    def ends(self) -> None:
        """The migration has committed: what waited for it goes on, and the statement is sent once more."""
        self._until(self._sent.done)
        self._send()
        self._until(self._sent.done)
        if said := self._sent.result():
            self._tell(f"the statement is refused after the migration: {said}")

    def _locks_of_the_statement(self) -> list[tuple[str, str]]:
        with self._sender.cursor() as cursor:
            cursor.execute(self._statement)
            cursor.execute(_LOCKS)
            found = cursor.fetchall()
        self._sender.rollback()
        return [
            (table, re.sub("(?<=[a-z])(?=[A-Z])", " ", mode.removesuffix("Lock"))) for table, mode in found
        ]

    # What happens around each statement of the migration, in its own thread.

    def _before(self, _conn: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if self._migration is None:
            return
        if self._migration.autocommit:
            self._rehearse(sql, values)
        self._worked, self._timeout = self._work()
        opened = sql not in self._seen and self._open_long()
        self._seen.add(sql)
        if opened or not self._sent.done():
            self._over.clear()
            self._watching = in_thread(self._watch, sql)

    def _after(self, _conn: Any, _cursor: Any, sql: str, *_: Any) -> None:
        self._end_watch()
        if self._migration is not None and not self._migration.autocommit:
            self._judge(sql)

    def _failed(self, _context: Any) -> None:
        self._end_watch()

    def _rehearse(self, sql: str, values: Any) -> None:
        """Run a statement that commits itself in a transaction first: its locks are gone when it ends."""
        with self._migration.cursor() as cursor:
            cursor.execute("BEGIN")
            with suppress(
                psycopg2.Error
            ):  # such as CONCURRENTLY, which takes no lock that keeps others waiting
                self._worked, self._timeout = self._work()
                cursor.execute(sql, values or None)
                self._judge(sql)
            cursor.execute("ROLLBACK")
        self._until(self._sent.done)

    def _judge(self, sql: str) -> None:
        """Whether the statement waits now, and how much the migration has worked since it would have."""
        worked, _ = self._work()
        done = max(worked - self._worked, 0)
        if self._sent.done():
            self._under_lock = 0
            self._send()
        # Sent a moment ago while the last statement ran, it may be under way and wait for nobody.
        self._until(lambda: self._sent.done() or self._waits_for_migration())
        if not self._sent.done():
            self._under_lock += done
            if self._under_lock > self._rows and done:
                # The number itself would be another one each time: rows that were taken back count, too.
                self._tell(f"the statement waits while {_quoted(sql)} works on {self._too_many} rows")

    def _work(self) -> tuple[int, int]:
        with suppress(psycopg2.errors.InFailedSqlTransaction), self._migration.cursor() as cursor:
            cursor.execute(_WORK)
            return cursor.fetchone()
        return self._worked, self._timeout

    # The other sessions.

    def _open_long(self) -> bool:
        """Open the long transaction, unless the migration has locks already that it would wait for."""
        self._long.rollback()
        try:
            with self._long.cursor() as cursor:
                for table, mode in self._needs:
                    cursor.execute(f"LOCK TABLE {table} IN {mode} MODE NOWAIT")
        except psycopg2.Error:
            self._long.rollback()
            return False
        return bool(self._needs)

    def _watch(self, sql: str) -> None:
        """See whom a running statement of the migration waits for; then end the long transaction."""
        try:
            self._until(lambda: self._over.is_set() or bool(self._behind(self._migration)))
            if self._pid(self._sender) in self._behind(self._migration):
                self._sender.cancel()  # each waits for the other
            elif not self._over.is_set():
                self._queue(sql)
        finally:
            self._long.rollback()

    def _queue(self, sql: str) -> None:
        if self._sent.done():
            self._send()
        self._until(lambda: self._sent.done() or self._over.is_set() or self._waits_for_migration())
        if self._sent.done() or self._over.is_set():
            return
        if 0 < self._timeout <= self._most_ms:
            self._until(lambda: self._sent.done() or self._over.is_set())
        else:
            self._tell(f"the statement waits behind {_quoted(sql)}, which waits for a long transaction")

    def _send(self) -> None:
        self._sent = in_thread(self._run_statement)

    def _run_statement(self) -> str:
        """Send the statement and take it back; what PostgreSQL said, "" for nothing."""
        try:
            with self._sender.cursor() as cursor:
                cursor.execute(self._statement)
        except psycopg2.Error as error:
            return said_by(error)
        finally:
            self._sender.rollback()
        return ""

    def _waits_for_migration(self) -> bool:
        return self._pid(self._migration) in self._behind(self._sender)

    def _behind(self, link: Any) -> list[int]:
        """The sessions for which a session waits now."""
        with self._look.cursor() as cursor:
            cursor.execute("SELECT pg_blocking_pids(%s)", [self._pid(link)])
            return cursor.fetchone()[0]  # type: ignore[index]

    @staticmethod
    def _pid(link: Any) -> int:
        return int(link.info.backend_pid)

    @staticmethod
    def _until(true: Callable[[], bool]) -> None:
        pause = 0.0005
        while not true():
            time.sleep(pause)
            pause = min(2 * pause, 0.01)

    def _end_watch(self) -> None:
        self._over.set()
        self._until(self._watching.done)
        self._watching.result()  # what went wrong in there is raised here

    def _tell(self, sentence: str) -> None:
        if sentence not in self.found:
            self.found.append(sentence)


def _quoted(sql: str) -> str:
    return f'"{short(sql, _LONGEST)}"'


def _done() -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_result(None)
    return future
