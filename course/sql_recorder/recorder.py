"""The query recorder: what happened, in order, and the numbers of all that took part."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from course.sql_recorder.events import Event, Thing

Listener = tuple[Any, str, Callable[..., Any], dict[str, Any]]


class QueryRecorder:
    """Writes down what happens on every engine of this process between `start` and `stop`."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.things: dict[int, Thing] = {}
        self.lock = threading.RLock()
        self.transactions = 0
        self._key = object()  # under it the tape's number is in each connection's own `info`
        self._connections = 0
        self._open: dict[int, int] = {}  # connection -> number of its open transaction
        self.used: set[int] = set()  # connections with a transaction on the tape
        self._listening: list[Listener] = []

    def start(self, listening: Sequence[Listener]) -> None:
        """Listen from now on to what these listeners are for."""
        from sqlalchemy import event

        self._listening = list(listening)
        for target, name, listener, options in self._listening:
            event.listen(target, name, listener, **options)

    def stop(self) -> None:
        """Listen no longer."""
        from sqlalchemy import event

        for target, name, listener, _ in self._listening:
            event.remove(target, name, listener)
        self._listening = []

    def add(self, happened: Event) -> None:
        """Write down one thing."""
        with self.lock:
            self.events.append(happened)

    def number(self, info: Any) -> int:
        """The number of the connection that this `info` belongs to, by first appearance."""
        with self.lock:
            if self._key not in info:
                self._connections += 1
                info[self._key] = self._connections
            return int(info[self._key])

    def transaction(self, connection: int) -> int:
        """The number of the open transaction; a new one if none is known: it may be older than the tape."""
        with self.lock:
            if connection not in self._open:
                self.transactions += 1
                self._open[connection] = self.transactions
                self.used.add(connection)
            return self._open[connection]

    def end(self, connection: int) -> bool:
        """The transaction is over; says whether one was known to be open."""
        with self.lock:
            return self._open.pop(connection, None) is not None
