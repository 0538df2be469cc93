"""The listeners for engines: transactions and statements."""

from typing import Any

from course import sql_tape_sent
from course.sql_tape_events import Event, Sent
from course.sql_tape_recorder import Listener, Recorder


class EngineListeners:
    """Writes down what connections send."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.running: dict[int, Sent] = {}  # cursor -> its statement

    def listeners(self) -> list[Listener]:
        """What to listen to."""
        from sqlalchemy import Engine

        return [
            (Engine, "begin", self._begin, {}),
            (Engine, "commit", self._commit, {}),
            (Engine, "rollback", self._rollback, {}),
            (Engine, "before_cursor_execute", self._before, {}),
            (Engine, "after_cursor_execute", self._after, {}),
            (Engine, "handle_error", self._failed, {}),
        ]

    def _begin(self, conn: Any) -> None:
        if _plain(conn):
            return
        here = self.recorder.number(conn.info)
        with self.recorder.lock:
            self.recorder.end(here)
            self.recorder.transaction(here)
            self.recorder.add(Event("begin", here))

    def _commit(self, conn: Any) -> None:
        self._end("commit", conn)

    def _rollback(self, conn: Any) -> None:
        self._end("rollback", conn)

    def _end(self, how: str, conn: Any) -> None:
        if conn.invalidated or conn.closed or _plain(conn):
            return
        here = self.recorder.number(conn.info)
        with self.recorder.lock:
            if here not in self.recorder.used:  # it began before the tape
                self.recorder.transaction(here)
            self.recorder.end(here)
            self.recorder.add(Event(how, here))

    def _before(self, conn: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        if not conn.in_transaction():  # SQLAlchemy's own questions to a server that it meets first
            return
        sent = sql_tape_sent.of(sql, values, context, many)
        sent.connection, sent.style = self.recorder.number(conn.info), conn.dialect.paramstyle
        with self.recorder.lock:
            sent.transaction = 0 if _plain(conn) else self.recorder.transaction(sent.connection)
            self.running[id(cursor)] = sent
            self.recorder.add(Event("statement", sent.connection, sent=sent))

    def _after(self, conn: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        with self.recorder.lock:
            sent = self.running.pop(id(cursor), None)
        if sent:
            rows = getattr(cursor, "rowcount", -1)
            sent.rows = rows if isinstance(rows, int) and rows >= 0 else None
            sent.done = True

    def _failed(self, context: Any) -> None:
        lines = str(context.original_exception).strip().splitlines()
        said = lines[0] if lines else type(context.original_exception).__name__
        cursor, events = getattr(context.execution_context, "cursor", None), self.recorder.events
        with self.recorder.lock:
            sent = self.running.pop(id(cursor), None) if cursor is not None else None
            if sent:
                sent.error, sent.done = said, True
            elif events and events[-1].kind == "commit" and context.statement is None:
                events[-1].text = f"✗ {said}"


def _plain(conn: Any) -> bool:
    """Whether it is in autocommit: then SQLAlchemy's BEGIN is a word only, and nothing is sent."""
    return getattr(conn.connection.dbapi_connection, "autocommit", False) is True
