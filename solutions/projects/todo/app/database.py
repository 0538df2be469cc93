"""How Todo reaches its file: WAL, foreign keys, and one writer at a time who waits for his turn."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.orm import Session

from app.settings import settings

BUSY = 20  # seconds to wait for another writer

engine = create_engine(settings.database_url, connect_args={"timeout": BUSY})
writing = engine.execution_options(writes=True)


@event.listens_for(engine, "connect")
def prepare(connection: Any, _: Any) -> None:
    """Foreign keys are a matter of each connection; the journal mode stays in the file."""
    connection.isolation_level = None  # BEGIN is ours, below
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a commit outlives a power cut


@event.listens_for(engine, "begin")
def begin(connection: Connection) -> None:
    """Who writes takes the lock before the first look, so that nothing changes after it."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def reading_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def writing_session() -> Iterator[Session]:
    """A session for one change, which is committed if nothing goes wrong."""
    with Session(writing, expire_on_commit=False) as session, session.begin():
        yield session


# scope="function": closed, and so committed, before the response is sent.
Reading = Annotated[Session, Depends(reading_session, scope="function")]
Writing = Annotated[Session, Depends(writing_session, scope="function")]
