"""What all tests share: the database for tests, and a client of the app."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import pytest
from alembic import command
from alembic.config import Config
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from tests.address import database_for_tests
from tests.on_loop import OnLoop, session_on

# The app reads its settings when it is imported: they come first.
os.environ |= {
    "DATABASE_URL": database_for_tests().render_as_string(hide_password=False)
}

from app.database import get_session
from app.main import app
from app.models import Base
from app.settings import settings

ALEMBIC = Config(Path(__file__).parents[1] / "alembic.ini")
EMPTY = text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The database for tests, empty, with the tables as the revisions make them."""
    command.upgrade(ALEMBIC, "head")
    engine = create_engine(settings.url)
    with engine.begin() as connection:
        connection.execute(EMPTY)  # a run that was killed may have left something
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The event loop on which the app runs in all tests."""
    with TestClient(app) as started:
        yield cast(BlockingPortal, started.portal)


@pytest.fixture(scope="session")
def async_engine(portal: BlockingPortal) -> Iterator[AsyncEngine]:
    """Connections of that loop."""
    engine = create_async_engine(settings.url)
    yield engine
    portal.call(engine.dispose)


@pytest.fixture
def connection(
    portal: BlockingPortal, async_engine: AsyncEngine, engine: Engine
) -> Iterator[Connection]:
    """One transaction around the test, rolled back at its end."""
    with portal.wrap_async_context_manager(async_engine.connect()) as connection:
        on_loop = OnLoop(portal, connection)
        with on_loop.begin() as transaction:
            yield cast(Connection, on_loop)
            transaction.rollback()


@pytest.fixture
def session(portal: BlockingPortal, connection: Connection) -> Iterator[Session]:
    """For arranging, and for looking into the database. Its commits end savepoints."""
    with OnLoop(portal, session_on(connection)) as session:
        yield cast(Session, session)


@pytest.fixture
def client(portal: BlockingPortal, connection: Connection) -> Iterator[TestClient]:
    """A client. Each request has a new session, as in the app."""

    async def session_of_a_request() -> AsyncIterator[AsyncSession]:
        async with session_on(connection) as session:
            yield session

    app.dependency_overrides[get_session] = session_of_a_request
    client = TestClient(app, raise_server_exceptions=False)
    client.portal = portal
    yield client
    app.dependency_overrides.clear()
