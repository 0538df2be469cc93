"""The listeners for pools: who is lent a connection, and who gives it back."""

from typing import Any

from course.sql_tape_events import Event
from course.sql_tape_recorder import Listener, Recorder


class PoolListeners:
    """Writes down what pools do."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def listeners(self) -> list[Listener]:
        """What to listen to."""
        from sqlalchemy.pool import Pool

        return [
            (Pool, "connect", self._connect, {}),
            (Pool, "checkout", self._checkout, {}),
            (Pool, "checkin", self._checkin, {}),
            (Pool, "reset", self._reset, {}),
            (Pool, "close", self._close, {}),
        ]

    def _connect(self, link: Any, record: Any) -> None:
        self._add("connect", record)

    def _checkout(self, link: Any, record: Any, proxy: Any) -> None:
        self._add("checkout", record)

    def _checkin(self, link: Any, record: Any) -> None:
        self._add("checkin", record)

    def _close(self, link: Any, record: Any) -> None:
        self.recorder.end(self.recorder.number(record.info))
        self._add("close", record)

    def _reset(self, link: Any, record: Any, state: Any) -> None:
        """A connection comes back; whoever left a transaction open in it did not close."""
        here = self.recorder.number(record.info)
        if self.recorder.end(here):
            self.recorder.add(Event("rollback", here, text="by the pool"))

    def _add(self, kind: str, record: Any) -> None:
        self.recorder.add(Event(kind, self.recorder.number(record.info)))
