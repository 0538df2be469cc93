"""A tape's book: what happened, in order, and the numbers of all that took part."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from course.sql_tape_events import Event, Thing

if TYPE_CHECKING:
    from course.sql_tape_objects import ObjectListeners

Listener = tuple[Any, str, Callable[..., Any], dict[str, Any]]


class Recorder:
    """Writes down what happens on every engine of this process between `start` and `stop`."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.things: dict[int, Thing] = {}
        self.objects: ObjectListeners | None = None
        self.lock = threading.RLock()
        self.transactions = 0
        self._key = object()  # under it the tape's number is in each connection's own `info`
        self._connections = 0
        self._open: dict[int, int] = {}  # connection -> number of its open transaction
        self.used: set[int] = set()  # connections with a transaction on the tape
        self._listening: list[Listener] = []

    def start(self) -> None:
        """Listen from now on."""
        from sqlalchemy import event

        from course.sql_tape_engines import EngineListeners
        from course.sql_tape_objects import ObjectListeners
        from course.sql_tape_pools import PoolListeners

        self.objects = ObjectListeners(self)
        self._listening = EngineListeners(self).listeners() + PoolListeners(self).listeners()
        self._listening += self.objects.listeners()
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
