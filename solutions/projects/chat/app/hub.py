"""Who listens in this process, and to which room."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import Busy

Message = dict[str, int | str]  # small: what it tells of is a row of the database
MOST_WAITING = 100
EVERYWHERE = 0  # no room has this id

LOOK: Message = {"look": "messages"}
LOOK_WHO: Message = {"look": "presence"}
LOOK_AGAIN: Message = {"look": "all"}
RESTART: Message = {"restart": "now"}


class Listener:
    """What waits for one connection."""

    def __init__(self) -> None:
        self.waiting: list[Message] = []
        self.late = False
        self.news = asyncio.Event()

    def put(self, message: Message) -> None:
        """Nobody is waited for, and nobody has to look twice."""
        if message in self.waiting:
            return
        self.late = self.late or len(self.waiting) >= MOST_WAITING
        if not self.late:
            self.waiting.append(message)
        self.news.set()

    async def take(self) -> list[Message]:
        """What has come since the last time. Raises Busy where that was too much."""
        await self.news.wait()
        self.news.clear()
        if self.late:
            raise Busy("Too much waited to be read.")
        taken, self.waiting = self.waiting, []
        return taken


class Hub:
    """Hands each message to all who listen to its room."""

    def __init__(self) -> None:
        self._rooms: dict[int, set[Listener]] = {}

    @contextmanager
    def listen(self, room_id: int) -> Iterator[Listener]:
        listener = Listener()
        self._rooms.setdefault(room_id, set()).add(listener)
        try:
            yield listener
        finally:
            self._rooms[room_id].discard(listener)
            if not self._rooms[room_id]:
                del self._rooms[room_id]

    def deliver(self, room_id: int, message: Message) -> None:
        rooms = self._rooms if room_id == EVERYWHERE else (room_id,)
        for room in tuple(rooms):
            for listener in self._rooms.get(room, ()):
                listener.put(message)


hub = Hub()
