"""How Postboard reaches its database."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from anyio import Semaphore, fail_after
from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from app.errors import Busy
from app.settings import settings

POOL_WAIT = settings.pool_wait

# Nothing waits for ever. Locks are given up twice before the wait for a connection is.
TIMEOUTS = (
    "-c lock_timeout=2s -c statement_timeout=10s "
    "-c idle_in_transaction_session_timeout=30s"
)


engine = create_engine(
    settings.url,
    pool_size=settings.pool_size,
    max_overflow=settings.max_overflow,
    pool_timeout=POOL_WAIT,
    pool_pre_ping=True,  # a connection that died in the pool is replaced
    connect_args={"connect_timeout": 5, "options": TIMEOUTS},
)
SessionFactory = sessionmaker(engine, expire_on_commit=False)

places = Semaphore(settings.pool_size + settings.max_overflow)


async def place() -> AsyncIterator[None]:
    """A place for one request among those that use the database. Raises Busy.

    A request waits for it on the event loop, where waiting takes no thread. Waiting in the
    pool would take one, and the requests that hold connections need threads to finish.
    """
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


def get_session(
    _: Annotated[None, Depends(place, scope="function")],
) -> Iterator[Session]:
    """A session for one request. Who writes commits; the rest is rolled back."""
    with SessionFactory() as session:
        yield session
