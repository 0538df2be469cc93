"""A room as one worker sees it: its connections here, who is online anywhere, its latest messages."""

import asyncio
import json
from collections import deque
from typing import Any

from asyncpg import Pool, Record

from chat import settings
from chat.auth import User
from chat.errors import AWAY
from chat.messages import read_after

ONLINE = "SELECT o.id, u.name FROM online o JOIN users u ON u.id = o.user_id WHERE o.room_id = $1"


def frame(type: str, **fields: Any) -> str:
    return json.dumps({"type": type} | fields, ensure_ascii=False)


class Connection:
    """One WebSocket. Messages are read from its room, from `cursor` on; only other frames wait in it."""

    def __init__(self, id: int, user: User, room: "Room", cursor: int) -> None:
        self.id, self.user, self.room, self.cursor = id, user, room, cursor
        self.live = False  # after its welcome
        self.events: deque[str] = deque()
        self.wake = asyncio.Event()
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def welcome(self) -> None:
        self.live = True
        latest = self.room.latest
        self.cursor = min(self.cursor, latest)
        online = sorted(self.room.names)
        self.push(frame("welcome", room=self.room.id, name=self.user.name, latest=latest, online=online))

    def push(self, text: str) -> None:
        if len(self.events) >= settings.EVENTS_KEPT:
            self.end(1013)
        elif self.live:
            self.events.append(text)
            self.wake.set()

    def end(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)


class Room:
    def __init__(self, id: int, latest: int, pool: Pool) -> None:
        self.id, self.latest, self._pool = id, latest, pool
        self.connections: dict[int, Connection] = {}
        self.ids: set[int] = set()  # of all connections, at any worker
        self.names: set[str] = set()  # of those who are online
        self.recent: dict[int, str] = {}  # frames by number, up to `latest`
        self.deleted: list[int] = []  # numbers, to be told
        self._dirty = False
        self._lock = asyncio.Lock()
        self._pump: asyncio.Task[None] | None = None

    def poke(self) -> None:
        """Something is new: look soon."""
        self._dirty = True
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._dirty:
            self._dirty = False
            try:
                await self.refresh()
            except AWAY:
                return  # the next beat pokes again

    async def refresh(self) -> None:
        """Read what is new and tell it. People are read last: the kicked get no message that came later."""
        async with self._lock:
            mine = list(self.connections.values())
            deleted = len(self.deleted)
            messages = await read_after(self._pool, self.id, self.latest, settings.RECENT_KEPT)
            people = await self._pool.fetch(ONLINE, self.id)
            self._people(people, mine)
            self._messages(messages)
            self._deletions(self.deleted[:deleted])
            del self.deleted[:deleted]
            if len(messages) == settings.RECENT_KEPT:
                self.poke()

    def _people(self, rows: list[Record], mine: list[Connection]) -> None:
        self.ids = {row["id"] for row in rows}
        names = {row["name"] for row in rows}
        for connection in mine:
            if connection.id not in self.ids:
                connection.end(3003)
        for name in names ^ self.names:
            self.tell_others(name, frame("presence", name=name, online=name in names))
        self.names = names

    def _messages(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            self.latest = message["number"]
            self.recent[self.latest] = frame("message", **message)
        while len(self.recent) > settings.RECENT_KEPT:
            del self.recent[next(iter(self.recent))]
        for connection in self.connections.values():
            connection.wake.set()

    def _deletions(self, numbers: list[int]) -> None:
        for number in numbers:
            if number in self.recent:
                message = json.loads(self.recent[number]) | {"text": None, "deleted": True}
                self.recent[number] = frame(**message)
            for connection in self.connections.values():
                connection.push(frame("deleted", number=number))

    def tell_others(self, name: str, text: str) -> None:
        for connection in self.connections.values():
            if connection.user.name != name and not connection.ended.done():
                connection.push(text)

    async def after(self, cursor: int) -> list[tuple[int, str]]:
        """Some of the messages after a number, from memory where it has them."""
        if cursor + 1 in self.recent:
            last = min(self.latest, cursor + settings.BATCH)
            return [(number, self.recent[number]) for number in range(cursor + 1, last + 1)]
        rows = await read_after(self._pool, self.id, cursor, settings.BATCH)
        return [(row["number"], frame("message", **row)) for row in rows if row["number"] <= self.latest]
