"""What checks share: a look from outside, another thread, an engine, the app.

SQLAlchemy and FastAPI are imported when a check asks for them: `import course` stays quick.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any

from course.checks.time_limit import patience

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Engine, MetaData


def client_of(api: Any) -> "TestClient":
    """A client of an app to which a crash is a 500, as to a real one."""
    from fastapi.testclient import TestClient

    return TestClient(api, raise_server_exceptions=False)


@contextmanager
def engine_for(url: str) -> Iterator["Engine"]:
    """An engine on the database at `url` ("postgresql://…"), over psycopg2; its pool never says no.

    Whatever is still connected at the end loses its connection when the database is made anew.
    """
    from sqlalchemy import create_engine, make_url

    from course.checks.database import session

    # A pool, because opening a connection takes longer than most of what a check asks; without a limit,
    # because sessions that an answer forgets must not make the next expectation wait.
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"), max_overflow=-1)
    usual, plain = engine.dialect.connect, engine.dialect.create_connect_args(engine.url)[1]

    def connect(*given: Any, **options: Any) -> Any:
        """Not a listener: those of a check come first, and may ask for a connection of their own kind."""
        return session(url) if options == plain else usual(*given, **options)

    engine.dialect.connect = connect  # type: ignore[method-assign]
    try:
        yield engine
    finally:
        engine.dispose()


def make_tables(engine: "Engine", metadata: "MetaData") -> None:
    """Do what `metadata.create_all(engine)` does, in one message to the server, not two for each table."""
    from sqlalchemy import create_mock_engine
    from sqlalchemy.exc import DBAPIError

    sent: list[str] = []
    mock = create_mock_engine(
        engine.url, lambda sql, *_, **__: sent.append(str(sql.compile(dialect=engine.dialect)))
    )
    metadata.create_all(mock, checkfirst=False)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(";".join(sent))
    except DBAPIError:  # some of them are there, or are wrong: SQLAlchemy says which
        metadata.create_all(engine)


@contextmanager
def postboard_client(app: Any, url: str, **options: Any) -> Iterator["TestClient"]:
    """A TestClient of the page's app whose sessions work on the database at `url`, with the app's tables.

    `options` go to TestClient, such as `raise_server_exceptions=False`.
    """
    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    get_session = import_module("app.database").get_session
    with engine_for(url) as engine:
        make_tables(engine, import_module("app.models").Base.metadata)

        def session() -> Iterator[Session]:
            with Session(engine, expire_on_commit=False) as opened:
                yield opened

        before = dict(app.dependency_overrides)
        app.dependency_overrides[get_session] = session
        try:
            with TestClient(app, **options) as client:
                yield client
        finally:
            app.dependency_overrides = before


def ask(url: str, sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    """Run one statement in a session beside the answer's, committed at once: what everybody else sees."""
    from course.checks.database import onlooker

    with onlooker(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def outcome_of(url: str, sql: str) -> str:
    """What the database says to a statement: "accepted", or the name of psycopg2's error."""
    from psycopg2 import Error

    try:
        ask(url, sql)
    except Error as error:
        return type(error).__name__
    return "accepted"


def in_thread(function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
    """Call a function in a thread that does not outlive the check."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(function(*arguments))
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


def blocked(url: str) -> int:
    """How many sessions of this database wait for a lock that another one holds."""
    waiting = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
    """
    return int(ask(url, waiting)[0][0])


def wait_until_blocked(url: str, future: "Future[Any]", most: float = 1.5) -> None:
    """Return once a session of this database waits for another, or the thread has ended.

    `most`: seconds without any work in this process or this database, after which it returns in any case; an
    answer that asks again and again works, and gets twice as long.
    """
    busy = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
    others = f"{busy} AND pid <> pg_backend_pid()"
    quiet = Quiet(most, 2 * most)
    while not future.done() and not blocked(url) and not quiet.is_over(bool(ask(url, others))):
        time.sleep(0.01)


def finished(future: "Future[Any]", most: float = 2.0) -> bool:
    """Wait for a call that `in_thread` began; False when it is stuck.

    It is when no other thread of this process has worked for `most` seconds, or when it is not done after
    four times as long. On a busy machine both are longer: an answer is slow there, and works all the same.
    """
    quiet = Quiet(most, 4 * most)
    while not future.done() and not quiet.is_over():
        time.sleep(0.01)
    return future.done()


class Quiet:
    """Whether other threads of this process have done nothing for `most` seconds, or `in_all` have passed."""

    def __init__(self, most: float, in_all: float) -> None:
        self._most, self._in_all = most * patience(), in_all * patience()
        self._spent, self._begun = self._others(), time.monotonic()
        self._since = self._begun

    def is_over(self, busy: bool = False) -> bool:
        """Look once more; `busy`: other work is going on."""
        spent, now = self._others(), time.monotonic()
        # Since the last look, a moment ago: a thread that only wakes up now and then is no work.
        if busy or spent - self._spent > 0.001:
            self._since = now
        self._spent = spent
        return now - self._since > self._most or now - self._begun > self._in_all

    @staticmethod
    def _others() -> float:
        return time.process_time() - time.thread_time()
