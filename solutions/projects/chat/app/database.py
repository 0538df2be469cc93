"""How Chat reaches its database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from anyio import CancelScope
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app.settings import settings

# Nothing waits for ever.
TIMEOUTS = (
    "-c lock_timeout=10s -c statement_timeout=20s "
    "-c idle_in_transaction_session_timeout=30s"
)

engine = create_async_engine(
    settings.url,
    pool_size=5,
    max_overflow=5,
    pool_timeout=20,
    pool_pre_ping=True,  # a connection that died in the pool is replaced
    connect_args={"connect_timeout": 5, "options": TIMEOUTS},
    hide_parameters=True,  # errors stand in the log: without messages of people
)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with SessionFactory() as session:
        yield session


# scope="function": closed before the response is sent.
DbSession = Annotated[AsyncSession, Depends(get_session, scope="function")]


@asynccontextmanager
async def brief_session() -> AsyncIterator[AsyncSession]:
    """A session for one step of a socket. To break off a statement costs a connection."""
    with CancelScope(shield=True):
        async with SessionFactory() as session:
            yield session
