"""All rooms of one worker, and its connections."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from asyncpg import ForeignKeyViolationError, Pool

from chat import settings
from chat.auth import User
from chat.beat import beat
from chat.bus import Item, make_bus
from chat.errors import AWAY
from chat.room import Connection, Room, frame

log = logging.getLogger("chat.hub")

JOIN = """
    WITH member AS (SELECT room_id, user_id, acked FROM members WHERE room_id = $2 AND user_id = $3),
    made AS (
        INSERT INTO online (worker_id, room_id, user_id) SELECT $1, room_id, user_id FROM member RETURNING id
    )
    SELECT made.id, member.acked, r.latest FROM made, member JOIN rooms r ON r.id = member.room_id
"""


class End(Exception):
    """Of a connection, with a code to say or none."""

    def __init__(self, code: int | None = None) -> None:
        self.code = code


class Hub:
    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.rooms: dict[int, Room] = {}
        self._bus = make_bus(self._hear, pool)
        self.worker = 0
        self.ids: set[int] = set()  # rows in `online` that are in use
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        await self.begin()
        self._tasks = [asyncio.create_task(self._bus.run()), asyncio.create_task(beat(self))]

    async def begin(self) -> None:
        """As a new worker: whoever took it for dead takes its connections for ended, too."""
        self.worker = await self.pool.fetchval("INSERT INTO workers DEFAULT VALUES RETURNING id")
        for room in self.rooms.values():
            for connection in room.connections.values():
                connection.end(1012)

    async def stop(self) -> None:
        await asyncio.gather(*self._leaving, return_exceptions=True)
        try:
            async with asyncio.timeout(settings.CLOSE_SECONDS):
                await self.pool.execute("DELETE FROM workers WHERE id = $1", self.worker)
                await self._bus.drain()
        except AWAY as error:
            log.warning("ended without a word: %r", error)
        for task in self._tasks:
            task.cancel()

    def tell(self, room_id: int, kind: str, value: Any = None) -> None:
        """News for all workers, this one too."""
        item = [room_id, kind, value]
        self._hear([item])
        self._bus.publish(item)

    def _hear(self, items: Iterable[Item]) -> None:
        for room_id, kind, value in items:
            room = self.rooms.get(room_id)
            if room is None:
                continue
            if kind == "typing":
                room.tell_others(value, frame("typing", name=value))
                continue
            if kind == "deleted":
                room.deleted.append(value)
            room.poke()

    async def join(self, room_id: int, user: User, after: int | None) -> Connection:
        """A connection with its welcome; `End` where there is no such room, or no such member."""
        try:
            row = await self.pool.fetchrow(JOIN, self.worker, room_id, user.id)
        except ForeignKeyViolationError as error:  # at this moment: taken for dead, or kicked
            raise End(1012 if "worker" in str(error.constraint_name) else 3003) from None
        if row is None:
            raise End(3003)
        room = self.rooms.setdefault(room_id, Room(room_id, row["latest"], self.pool))
        connection = Connection(row["id"], user, room, row["acked"] if after is None else after)
        room.connections[connection.id] = connection
        self.ids.add(connection.id)
        try:
            await room.refresh()
            if connection.ended.done():
                raise End(connection.ended.result())
        except BaseException:
            self.leave(connection)
            raise
        self._bus.publish([room_id, "people", None])
        connection.welcome()
        return connection

    def leave(self, connection: Connection) -> None:
        room = connection.room
        room.connections.pop(connection.id, None)
        if not room.connections and self.rooms.get(room.id) is room:
            del self.rooms[room.id]
        task = asyncio.create_task(self._left(connection))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _left(self, connection: Connection) -> None:
        await asyncio.sleep(settings.OFFLINE_SECONDS)
        try:
            await self.pool.execute("DELETE FROM online WHERE id = $1", connection.id)
        except AWAY as error:
            log.warning("the next sweep takes it: %r", error)
        self.ids.discard(connection.id)
        self.tell(connection.room.id, "people")
