"""How Postboard reaches its database."""

from collections.abc import AsyncIterator

from anyio import CancelScope, Semaphore, fail_after, to_thread
from anyio.lowlevel import RunVar
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from app.errors import Busy
from app.settings import settings

POOL_WAIT = settings.pool_wait

engine = create_engine(
    settings.url,
    pool_size=settings.pool_size,
    max_overflow=settings.max_overflow,
    pool_timeout=POOL_WAIT,
    pool_pre_ping=True,  # a connection that died in the pool is replaced
)
SessionFactory = sessionmaker(engine, expire_on_commit=False)

_places: RunVar[Semaphore] = RunVar("places")


def places() -> Semaphore:
    """One place for each connection. Every event loop counts its own."""
    try:
        return _places.get()
    except LookupError:
        _places.set(Semaphore(settings.pool_size + settings.max_overflow))
        return _places.get()


async def get_session() -> AsyncIterator[Session]:
    """A session for one request. Who writes commits; the rest is rolled back.

    A request waits for its turn here, on the event loop, where waiting takes no thread.
    Waiting in the pool would take one, and the requests that hold the connections need
    threads to finish. Raises Busy.
    """
    turn = places()
    try:
        with fail_after(POOL_WAIT):
            await turn.acquire()
    except TimeoutError:
        text = "All database connections are in use. Try again in a moment."
        raise Busy(text) from None
    session = SessionFactory()
    try:
        yield session
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(session.close)
        turn.release()
