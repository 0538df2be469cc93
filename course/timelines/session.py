"""One session of a timeline: a connection that only its own thread uses, and a SQLAlchemy session on it."""

import contextlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import psycopg2
from psycopg2.extensions import STATUS_READY, TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as Connection

from course.base.text import short
from course.timelines.step import TimelineStep, shown_value

DEADLOCK_TIMEOUT = 0.005  # seconds until a session that waits looks for a deadlock, where we may say so
_ENDS = re.compile(r"\s*(COMMIT|END|ROLLBACK|ABORT)\s*(?:WORK|TRANSACTION)?\s*;?\s*", re.IGNORECASE)
_LOCK_TIMEOUT = re.compile(r"\s*SET\s+(?:LOCAL\s+|SESSION\s+)?lock_timeout\b", re.IGNORECASE)


@dataclass
class StepResult:
    """What came of one job, as the thread found it."""

    rows: list[tuple[Any, ...]] | None = None
    value: Any = None
    told: str = ""  # the value in words, while its session is there to be asked
    said: str = ""
    error: str | None = None


class TimelineSession:
    """A named connection with a thread; one job at a time."""

    def __init__(self, name: str, url: str, options: str) -> None:
        self.name = name
        self.connection = psycopg2.connect(url, application_name=name, options=options)
        self.connection.autocommit = True  # BEGIN is sent only where the learner writes it
        self.pid = self.connection.info.backend_pid
        self.step: TimelineStep | None = None  # the step at work, or done and not yet taken
        self.impatient = False  # has set its own lock_timeout
        self._orm: Any = None
        self._done = threading.Event()
        self._outcome = StepResult()
        self._jobs: SimpleQueue[Callable[[], StepResult] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"timeline {name}", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job is not done yet."""
        return self.step is not None and not self._done.is_set()

    def begin(self, step: TimelineStep, job: Callable[[], StepResult]) -> None:
        """Hand a job to the thread."""
        self.step = step
        self._done.clear()
        self._jobs.put(job)

    def wait(self, seconds: float) -> bool:
        """Wait a moment for the job; say whether it is done."""
        return self._done.wait(seconds)

    def taken(self) -> tuple[TimelineStep, StepResult] | None:
        """The step that is done, once, with what came of it."""
        if self.step is None or not self._done.is_set():
            return None
        step, self.step = self.step, None
        step.open = self.open
        return step, self._outcome

    @property
    def open(self) -> bool:
        """Whether a transaction is open (only to be asked between jobs)."""
        closed = self.connection.closed
        return not closed and self.connection.info.transaction_status != TRANSACTION_STATUS_IDLE

    def written(self, text: str, values: Any) -> str:
        """The statement with its values in their places, as it is sent (only between jobs)."""
        if values is None:
            return text
        try:
            with self.connection.cursor() as cursor:
                return cursor.mogrify(text, values).decode("utf-8")
        except (psycopg2.Error, TypeError, LookupError, ValueError):  # the step itself will say so
            return text

    def statement(self, text: str, values: Any) -> StepResult:
        """Run one SQL text; in the thread."""
        if _LOCK_TIMEOUT.match(text):
            self.impatient = True
        ends = _ENDS.fullmatch(text)
        if ends and self._orm and self._orm.end(commit=ends[1].upper() in ("COMMIT", "END")):
            return StepResult(said=ends[1].upper())
        with self.connection.cursor() as cursor:
            cursor.execute(text, values)
            rows = cursor.fetchall() if cursor.description else None
            return StepResult(rows, said=str(cursor.statusmessage or ""))

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> StepResult:
        """Call a function with a SQLAlchemy session on this connection; in the thread."""
        if self._orm is None:
            self._orm = OrmSession(self.connection)
        value = self._orm.call(function, args, kwargs)
        return StepResult(value=value, told="" if value is None else short(shown_value(value), 60))

    def cancel(self, seconds: float) -> None:
        """End what runs, as Ctrl-C does, and wait for that."""
        if self.busy:
            with contextlib.suppress(psycopg2.Error):
                self.connection.cancel()
            self.wait(seconds)

    def close(self, seconds: float) -> None:
        """Roll back, close and end the thread."""
        self._jobs.put(self._close)
        self._jobs.put(None)
        self._thread.join(seconds)

    def _close(self) -> StepResult:
        with contextlib.suppress(Exception):
            if self._orm:
                self._orm.close()
        with contextlib.suppress(psycopg2.Error):
            if self.open:
                with self.connection.cursor() as cursor:
                    cursor.execute("ROLLBACK")
        self.connection.close()
        return StepResult()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._outcome = job()
            except BaseException as error:
                self._outcome = StepResult(error=described(error))
            self._done.set()


def described(error: BaseException) -> str:
    """Type and first line of an error; of SQLAlchemy's, the driver's own."""
    error = getattr(error, "orig", None) or error
    message = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    first = message.strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


class OrmSession:
    """One `Session` for all functions of one session of a timeline."""

    def __init__(self, raw: Connection) -> None:
        from sqlalchemy import create_engine
        from sqlalchemy.orm import Session
        from sqlalchemy.pool import NullPool

        self._raw = raw
        self._given: Connection = psycopg2.connect(
            raw.dsn, password=raw.info.password, application_name="course"
        )
        self._engine = create_engine(
            "postgresql+psycopg2://", creator=lambda: self._given, poolclass=NullPool, use_native_hstore=False
        )
        # What SQLAlchemy asks of a server at first is asked on another connection: it ends in a ROLLBACK.
        self._engine.connect().close()
        self._given = raw
        self._connection = self._engine.connect()
        self.session = Session(self._connection)

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the function with the session; the transaction it leaves open stays open."""
        if self._raw.status == STATUS_READY:
            self._raw.autocommit = False
        try:
            return function(self.session, *args, **kwargs)
        finally:
            if not self._connection.in_transaction():
                self._plain()

    def end(self, *, commit: bool) -> bool:
        """Commit or roll back what the session has open; False when there is nothing."""
        if not self.session.in_transaction():
            return False
        try:
            (self.session.commit if commit else self.session.rollback)()
        finally:
            if not self._connection.in_transaction():
                self._plain()
        return True

    def close(self) -> None:
        """Roll back and close, the connection too."""
        self.session.close()
        self._connection.close()
        self._engine.dispose()

    def _plain(self) -> None:
        """Let SQL texts be sent as they are again."""
        if self._raw.status == STATUS_READY:
            self._raw.autocommit = True
