"""How Blog reaches its database."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.settings import settings

# Nothing waits for ever: neither for a lock nor for a connection.
engine = create_engine(
    settings.url,
    pool_size=settings.pool_size,
    max_overflow=0,
    pool_timeout=20,
    pool_pre_ping=True,  # a connection that died in the pool is replaced
    connect_args={"options": "-c lock_timeout=15s -c statement_timeout=20s"},
    hide_parameters=True,  # errors stand in the log: without values
)


def get_session() -> Iterator[Session]:
    """A session for one request, which is committed if nothing goes wrong."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


# scope="function": closed, and so committed, before the response is sent.
DbSession = Annotated[Session, Depends(get_session, scope="function")]
