"""How Postboard reaches its database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any

from anyio import Semaphore, fail_after
from fastapi import Depends
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app.errors import Busy
from app.logs import request_id
from app.settings import settings

POOL_WAIT = settings.pool_wait

# Nothing waits for ever. Locks are given up twice before the wait for a connection is.
TIMEOUTS = (
    "-c lock_timeout=2s -c statement_timeout=10s "
    "-c idle_in_transaction_session_timeout=30s"
)


engine = create_async_engine(
    settings.url,
    pool_size=settings.pool_size,
    max_overflow=settings.max_overflow,
    pool_timeout=POOL_WAIT,
    pool_pre_ping=True,  # a connection that died in the pool is replaced
    connect_args={"connect_timeout": 5, "options": TIMEOUTS},
    hide_parameters=True,  # errors of the database stand in the log: without values
)


# Only where rows are changed or locked: psycopg prepares a text that comes often, and a
# text with an id in it never comes twice.
def name_request(
    _: Any, __: Any, statement: str, values: Any, *more: Any
) -> tuple[str, Any]:
    """Tell PostgreSQL which request a statement belongs to, for its log and its views."""
    locks = not statement.startswith("SELECT") or " UPDATE" in statement
    if locks and request_id.get():
        statement += f" /* request {request_id.get()} */"
    return statement, values


event.listen(engine.sync_engine, "before_cursor_execute", name_request, retval=True)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)

places = Semaphore(settings.pool_size + settings.max_overflow)


async def place() -> AsyncIterator[None]:
    """A place for one request among those that use the database. Raises Busy."""
    try:
        with fail_after(POOL_WAIT):
            await places.acquire()
    except TimeoutError:
        text = "All database connections are in use. Try again in a moment."
        raise Busy(text) from None
    try:
        yield
    finally:
        places.release()


async def get_session(
    _: Annotated[None, Depends(place, scope="function")],
) -> AsyncIterator[AsyncSession]:
    """A session for one request. Who writes commits; the rest is rolled back."""
    async with SessionFactory() as session:
        yield session


Sessions = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@asynccontextmanager
async def short_session() -> AsyncIterator[AsyncSession]:
    """A session with its place, for one look: for what lasts longer than a request."""
    async with asynccontextmanager(place)(), SessionFactory() as session:
        yield session


async def get_sessions() -> Sessions:
    """What opens short sessions."""
    return short_session
