"""Which asyncio task sent which statement, at which of its lines, and when it went on.

asyncio's own debug mode was considered: it names slow callbacks, and not what a task waits for.
"""

import asyncio
import linecache
from dataclasses import dataclass
from typing import Any

from course.base.sql import filled, one_line
from course.sql_recorder.recorder import Listener, QueryRecorder


@dataclass(frozen=True)
class Talk:
    """One message between a task and PostgreSQL.

    `task`: its name. `line`: the line of its coroutine that waits. `text`: what was sent, "" for a response.
    """

    task: str
    line: str
    text: str


class TaskListeners:
    """Writes down what tasks send and get. Code outside a task, such as a thread, is passed over."""

    def __init__(self, recorder: QueryRecorder) -> None:
        self.recorder = recorder
        self.talks: list[Talk] = []

    def listeners(self) -> list[Listener]:
        """What to listen to."""
        from sqlalchemy import Engine

        return [
            (Engine, "before_cursor_execute", self._before, {}),
            (Engine, "after_cursor_execute", self._after, {}),
            (Engine, "commit", lambda _: self._add("COMMIT"), {}),
            (Engine, "rollback", lambda _: self._add("ROLLBACK"), {}),
        ]

    def _before(self, conn: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        if conn.in_transaction():  # else SQLAlchemy's own questions to a server that it meets first
            text = one_line(sql)
            self._add(text if many else filled(text, values, conn.dialect.paramstyle))

    def _after(self, conn: Any, *_: Any) -> None:
        if conn.in_transaction():
            self._add("")

    def _add(self, text: str) -> None:
        task = _current()
        if task is not None:
            talk = Talk(task.get_name(), _line(task), text)
            with self.recorder.lock:
                self.talks.append(talk)


def _current() -> "asyncio.Task[Any] | None":
    try:
        return asyncio.current_task()
    except RuntimeError:  # no loop runs in this thread
        return None


def _line(task: "asyncio.Task[Any]") -> str:
    """The line at which the task's own coroutine stands; SQLAlchemy's greenlet is below it."""
    frame = getattr(task.get_coro(), "cr_frame", None)
    if frame is None:
        return ""
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno, frame.f_globals).strip()
