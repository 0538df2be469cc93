"""News between workers: which room has something new. It may be lost; the rows in the database are not."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import asyncpg
import redis.asyncio as valkey
from redis.exceptions import RedisError

from chat import settings
from chat.errors import AWAY

log = logging.getLogger("chat.bus")
CHANNEL = "chat_news"
TOGETHER = 50  # items in one NOTIFY, which has less than 8,000 bytes
Item = list[Any]  # room, kind, value


class Bus:
    """What both have: items wait here, and go together; one's own are not heard again."""

    def __init__(self, hear: Callable[[Iterable[Item]], None], pool: asyncpg.Pool) -> None:
        self.pool = pool
        self._hear = hear
        self._me = uuid4().hex
        self._waiting: asyncio.Queue[Item] = asyncio.Queue(10_000)

    def publish(self, item: Item) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(item)

    async def run(self) -> None:
        await asyncio.gather(self._again(self._listen), self._again(self._send_all))

    async def drain(self) -> None:
        """Before the end."""
        while not self._waiting.empty():
            await asyncio.sleep(0.02)

    async def _again(self, work: Callable[[], Any]) -> None:
        while True:
            try:
                await work()
            except (*AWAY, RedisError) as error:
                log.warning("no news: %r", error)
            await asyncio.sleep(0.5)

    async def _send_all(self) -> None:
        while True:
            items = [await self._waiting.get()]
            while len(items) < TOGETHER and not self._waiting.empty():
                items.append(self._waiting.get_nowait())
            await self._send(json.dumps([self._me, items]))

    def _received(self, payload: str) -> None:
        sender, items = json.loads(payload)
        if sender != self._me:
            self._hear(items)

    async def _listen(self) -> None:
        raise NotImplementedError

    async def _send(self, payload: str) -> None:
        raise NotImplementedError


class ValkeyBus(Bus):
    """Over Valkey's publish and subscribe."""

    def __init__(self, hear: Callable[[Iterable[Item]], None], pool: asyncpg.Pool) -> None:
        super().__init__(hear, pool)
        self._client = valkey.from_url(
            settings.valkey_url(), socket_connect_timeout=2, socket_timeout=5, decode_responses=True
        )

    async def _listen(self) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(CHANNEL)
            while True:
                if message := await subscription.get_message(timeout=5):
                    self._received(message["data"])

    async def _send(self, payload: str) -> None:
        await self._client.publish(CHANNEL, payload)


class NotifyBus(Bus):
    """Over PostgreSQL's NOTIFY."""

    async def _listen(self) -> None:
        connection = await asyncpg.connect(settings.database_url(), timeout=5)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, lambda _c, _p, _ch, payload: self._received(str(payload)))
            await lost.wait()
        finally:
            connection.terminate()

    async def _send(self, payload: str) -> None:
        await self.pool.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)


def make_bus(hear: Callable[[Iterable[Item]], None], pool: asyncpg.Pool) -> Bus:
    return ValkeyBus(hear, pool) if settings.valkey_url() else NotifyBus(hear, pool)
