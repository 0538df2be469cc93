"""How the shop reaches its database: few connections, each held for one transaction."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import (
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from app.settings import settings

# Nothing waits for ever. Locks are given up before the wait for a connection is.
TIMEOUTS = (
    "-c lock_timeout=10s -c statement_timeout=20s "
    "-c idle_in_transaction_session_timeout=30s"
)

engine = create_async_engine(
    settings.url,
    pool_size=settings.pool_size,
    max_overflow=0,
    pool_timeout=settings.pool_wait,
    pool_pre_ping=True,
    connect_args={"connect_timeout": 5, "options": TIMEOUTS},
    hide_parameters=True,
)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session for one request.

    A commit gives its connection back. Who asks the provider commits before, so that
    a slow provider holds no connection and no lock.
    """
    async with SessionFactory() as session:
        yield session


# scope="function": closed before the response is sent, not after it.
DbSession = Annotated[AsyncSession, Depends(get_session, scope="function")]
