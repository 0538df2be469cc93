"""Who is there: a row for each connection, which goes with it or with its worker."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.bus import bus
from app.database import SessionFactory, brief_session
from app.hub import EVERYWHERE, LOOK_WHO, RESTART, hub
from app.models import Connection, User, Worker

BEAT = 3.0  # seconds
DEAD = timedelta(seconds=12)  # a worker that was not seen for so long
worker_id = uuid4()
log = logging.getLogger(__name__)


@asynccontextmanager
async def connected(room_id: int, user_id: int) -> AsyncIterator[None]:
    """Somebody is in a room for as long as this block goes on."""
    own = {"id": uuid4(), "worker_id": worker_id}
    async with brief_session() as session:
        await session.execute(
            insert(Connection).values(**own, room_id=room_id, user_id=user_id)
        )
        await bus.commit(session, room_id, LOOK_WHO)
    try:
        yield
    finally:
        async with brief_session() as session:
            await session.execute(delete(Connection).where(Connection.id == own["id"]))
            await bus.commit(session, room_id, LOOK_WHO)


async def online(session: AsyncSession, room_id: int) -> set[str]:
    """The names of all who are in a room."""
    wanted = select(User.name).join(Connection, Connection.user_id == User.id)
    found = await session.scalars(wanted.where(Connection.room_id == room_id))
    return set(found)


async def beat() -> None:
    """Say that this worker runs, and remove what others left behind."""
    async with SessionFactory() as session:
        now = func.clock_timestamp()
        own = update(Worker).where(Worker.id == worker_id).values(seen_at=now)
        known = await session.execute(own.returning(Worker.id))
        if known.first() is None:  # new, or given up by the others: all come again
            await session.execute(insert(Worker).values(id=worker_id))
            hub.deliver(EVERYWHERE, RESTART)
        dead = delete(Worker).where(Worker.seen_at < now - DEAD)
        gone = await session.execute(dead.returning(Worker.id))
        if gone.first() is None:
            await session.commit()
        else:
            await bus.commit(session, EVERYWHERE, LOOK_WHO)


async def beat_on() -> None:
    """Beat for as long as the app runs."""
    while True:
        await asyncio.sleep(BEAT)
        try:
            await beat()
        except (SQLAlchemyError, OSError) as error:
            log.warning("no beat: %s", type(error).__name__)


async def leave() -> None:
    """This worker ends, and with it all its connections."""
    async with SessionFactory() as session:
        await session.execute(delete(Worker).where(Worker.id == worker_id))
        await bus.commit(session, EVERYWHERE, LOOK_WHO)
