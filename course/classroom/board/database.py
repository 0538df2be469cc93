"""How the board reaches its database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from course.classroom.board.models import Base

Sessions = async_sessionmaker[AsyncSession]
POOL = 8
CHANNEL = "class_board"


def engine_of(url: str) -> AsyncEngine:
    """The engine for a room's address, with a small pool and an end to every wait."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=True,  # a connection that died in the pool is replaced
        connect_args={"connect_timeout": 5, "application_name": "class board"},
        hide_parameters=True,  # errors stand in the terminal: without tokens and names
    )


async def make_tables(engine: AsyncEngine) -> None:
    """Make what is missing. Two boards may start at once: one of them waits for the other."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('class_board'))")
        await connection.run_sync(Base.metadata.create_all)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[AsyncIterator[str]]:
    """What the workers of this room tell each other: lessons in which something happened."""
    connection = await AsyncConnection.connect(
        url,
        autocommit=True,
        connect_timeout=5,
        keepalives_idle=10,  # it is silent for hours: is the other end still there?
        application_name="class board listener",
    )
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        yield (notice.payload async for notice in connection.notifies())
