"""News for all workers: what one of them says, each hands to its own listeners."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from psycopg import AsyncConnection
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import SessionFactory
from app.hub import EVERYWHERE, LOOK_AGAIN, Message, hub
from app.settings import settings

CHANNEL = "chat"
PAUSE = 0.5  # seconds until a connection that was lost is opened again
log = logging.getLogger(__name__)


class PostgresBus:
    """NOTIFY is a part of the transaction: it comes with the row, or not at all."""

    async def commit(
        self, session: AsyncSession, room_id: int, message: Message
    ) -> None:
        """Commit what a session has written, and tell all workers of it."""
        said = func.pg_notify(CHANNEL, json.dumps([room_id, message]))
        await session.execute(select(said))
        await session.commit()

    async def publish(self, room_id: int, message: Message) -> None:
        """Tell all workers of something that is no row."""
        async with SessionFactory() as session:
            await self.commit(session, room_id, message)

    async def heard(self) -> AsyncIterator[str]:
        """What the workers say from now on. Raises when the connection is lost."""
        url = settings.url.set(drivername="postgresql")
        connection = await AsyncConnection.connect(
            url.render_as_string(hide_password=False),
            autocommit=True,
            connect_timeout=5,
            keepalives_idle=10,
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            hub.deliver(EVERYWHERE, LOOK_AGAIN)
            async for notice in connection.notifies():
                yield notice.payload

    async def repeat(self) -> None:
        """Nothing is lost between a commit and its NOTIFY."""


class ValkeyBus(PostgresBus):
    """Valkey knows nothing of the transaction, so it is told after the commit."""

    def __init__(self, url: str) -> None:
        self.url, self.owes = url, False
        self.client = self._client(timeout=1)

    def _client(self, timeout: float | None) -> Redis:
        return Redis.from_url(
            self.url,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
            socket_timeout=timeout,
            socket_connect_timeout=1,
        )

    async def commit(
        self, session: AsyncSession, room_id: int, message: Message
    ) -> None:
        await session.commit()
        await self.publish(room_id, message)

    async def publish(self, room_id: int, message: Message) -> None:
        try:
            await self.client.publish(CHANNEL, json.dumps([room_id, message]))
        except (RedisError, OSError):
            self.owes = True  # the others hear of it when Valkey is back
            hub.deliver(room_id, message)

    async def heard(self) -> AsyncIterator[str]:
        client = self._client(timeout=None)
        async with client, client.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            hub.deliver(EVERYWHERE, LOOK_AGAIN)
            async for event in channel.listen():
                if event["type"] == "message":
                    yield event["data"]

    async def repeat(self) -> None:
        """What others were not told of: they look for themselves."""
        if self.owes:
            self.owes = False
            await self.publish(EVERYWHERE, LOOK_AGAIN)


bus = ValkeyBus(settings.valkey) if settings.valkey else PostgresBus()


async def listen() -> None:
    """Hand on what is heard, for as long as the app runs."""
    while True:
        try:
            async for text in bus.heard():
                hub.deliver(*json.loads(text))
        except Exception as error:  # whatever it is: the next connection may work
            log.warning("news are interrupted: %s", type(error).__name__)
        await asyncio.sleep(PAUSE)


async def repeat() -> None:
    """Tell what could not be told, for as long as the app runs."""
    while True:
        await asyncio.sleep(PAUSE)
        await bus.repeat()
