"""News for all workers: what one of them says, each hands to its own listeners."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from psycopg import AsyncConnection
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import SessionFactory
from app.hub import Message, hub
from app.logs import log
from app.settings import settings
from app.store import Away, client_of, store

CHANNEL = "postboard"
PAUSE = 0.5  # seconds until a connection that was lost is opened again


class Alone:
    """The bus of one worker, and of tests."""

    async def commit(self, session: AsyncSession, topic: str, message: Message) -> None:
        """Commit what a session has written, and tell all workers of it."""
        await session.commit()
        hub.deliver(topic, message)

    async def heard(self) -> AsyncIterator[str]:
        """What the workers say, after "" as soon as it is heard. Raises when it ends."""
        await asyncio.Event().wait()
        yield ""


class PostgresBus(Alone):
    """NOTIFY is a part of the transaction: it comes with the row, or not at all."""

    async def commit(self, session: AsyncSession, topic: str, message: Message) -> None:
        said = func.pg_notify(CHANNEL, json.dumps([topic, message]))
        await session.execute(select(said))
        await session.commit()

    async def heard(self) -> AsyncIterator[str]:
        url = settings.url.set(drivername="postgresql")
        connection = await AsyncConnection.connect(
            url.render_as_string(hide_password=False),
            autocommit=True,
            connect_timeout=5,
            keepalives_idle=10,  # it is silent for hours: is the other end still there?
        )
        async with connection:  # not of the pool: it never comes back
            await connection.execute(f"LISTEN {CHANNEL}")
            yield ""
            async for notice in connection.notifies():
                yield notice.payload


class ValkeyBus(Alone):
    """Valkey knows nothing of the transaction, so it is told after the commit."""

    async def commit(self, session: AsyncSession, topic: str, message: Message) -> None:
        await session.commit()
        text = json.dumps([topic, message])
        with suppress(Away):  # the row is there, and listeners find rows
            await store.ask(lambda valkey: valkey.publish(CHANNEL, text))

    async def heard(self) -> AsyncIterator[str]:
        client = client_of(settings.valkey or "", again=0)
        async with client, client.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            store.again = 0.0  # it is there: requests need not wait for the pause
            async for event in channel.listen():  # the first says that it is subscribed
                yield event["data"] if event["type"] == "message" else ""


current: Alone = ValkeyBus() if settings.valkey else PostgresBus()


async def commit(session: AsyncSession, topic: str, message: Message | None) -> None:
    """Commit, and tell all who listen to a topic, if there is something to tell."""
    if message is None:
        await session.commit()
    else:
        await current.commit(session, topic, message)


async def publish(topic: str, message: Message) -> None:
    """Tell all who listen to a topic of something that is no row."""
    async with SessionFactory() as session:
        await current.commit(session, topic, message)


async def listen() -> None:
    """Hand on what is heard, for as long as the app runs."""
    lost = False
    while True:
        try:
            async for text in current.heard():
                if text:
                    hub.deliver(*json.loads(text))
                elif lost:
                    hub.end_all()
                lost = False
        except Exception as error:  # whatever it is: the next connection may work
            if not lost:
                log.warning("news are interrupted", cause=type(error).__name__)
            lost = True
        await asyncio.sleep(PAUSE)
