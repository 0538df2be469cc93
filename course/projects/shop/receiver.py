"""The warehouse that the check runs: it takes events, or is away for a while."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from course.projects.shop.listener import Listener


@dataclass(frozen=True)
class Delivery:
    """One try of the shop to tell something. `taken`: it got a 200."""

    id: str
    type: str
    order: int
    taken: bool
    body: dict[str, Any]


class EventsReceiver:
    """Keeps all deliveries, taken or not, in the order in which they came."""

    def __init__(self) -> None:
        self._deliveries: list[Delivery] = []
        self._away: frozenset[int] | None = frozenset()
        self._lock = threading.Lock()
        self._listener = Listener(self._answer)

    @property
    def variables(self) -> Mapping[str, str]:
        """EVENTS_URL."""
        return {"EVENTS_URL": f"{self._listener.url}/events"}

    def close(self) -> None:
        """End it."""
        self._listener.close()

    def tried(self, order: int) -> list[Delivery]:
        """All deliveries of an order."""
        with self._lock:
            return [each for each in self._deliveries if each.order == order]

    def taken(self, order: int) -> list[Delivery]:
        """The events of an order that were taken, each once, in the order of their first time."""
        found: dict[str, Delivery] = {}
        for each in self.tried(order):
            if each.taken:
                found.setdefault(each.id, each)
        return list(found.values())

    @contextlib.contextmanager
    def away(self, *orders: int) -> Iterator[None]:
        """For a while, events of these orders get a 500; of all orders where none is named."""
        self._away = frozenset(orders) or None
        try:
            yield
        finally:
            self._away = frozenset()

    def _answer(self, path: str, headers: Mapping[str, str], body: Any) -> tuple[int, Any] | None:
        if path != "/events" or not isinstance(body, dict):
            return 404, {}
        order = body.get("order")
        number = order if isinstance(order, int) and not isinstance(order, bool) else -1
        with self._lock:
            taken = self._away is not None and number not in self._away
            new = Delivery(str(body.get("id")), str(body.get("type")), number, taken, body)
            self._deliveries.append(new)
        return (200, {}) if taken else (500, {})
