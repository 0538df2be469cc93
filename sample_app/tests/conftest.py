"""What all tests share: the database for tests, and clients of the app."""

import os
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from alembic import command
from alembic.config import Config
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session
from tests.address import database_for_tests
from tests.on_loop import OnLoop, in_turns, session_on

# The app reads its settings when it is imported: they come first.
os.environ |= {
    "DATABASE_URL": database_for_tests().render_as_string(hide_password=False),
    "TOKEN_SECRET": "not-a-real-secret-not-a-real-secret",
}

from app import bus
from app.accounts import Login, User
from app.base import Base
from app.database import get_session, get_sessions
from app.main import app
from app.roles import Role, granted
from app.settings import settings
from app.tokens import new_token

ALEMBIC = Config(Path(__file__).parents[1] / "alembic.ini")
Join = Callable[..., TestClient]
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
    bus.current = bus.Alone()  # NOTIFY waits for a commit, and no test commits
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


def client_on(portal: BlockingPortal, **options: Any) -> TestClient:
    """A client whose requests run on this loop."""
    client = TestClient(app, **options)
    client.portal = portal
    return client


@pytest.fixture
def client(portal: BlockingPortal, connection: Connection) -> Iterator[TestClient]:
    """A client without a token. Each request has a new session, as in the app."""
    session = in_turns(connection)
    app.dependency_overrides[get_session] = session
    app.dependency_overrides[get_sessions] = lambda: asynccontextmanager(session)
    yield client_on(portal)
    app.dependency_overrides.clear()


@pytest.fixture
def join(portal: BlockingPortal, client: TestClient, session: Session) -> Join:
    """Clients of new users who are logged in: join("mia", role="moderator")."""

    def join(name: str, role: Role = "member") -> TestClient:
        email = f"{name}@postboard.example"
        user = User(name=name, email=email, role=role)
        session.add(user)
        session.flush()
        login = Login(user_id=user.id)
        session.add(login)
        session.commit()
        scopes = granted(role, None)
        token = new_token(user_id=user.id, scopes=scopes, login=login.id)
        return client_on(portal, headers={"Authorization": f"Bearer {token}"})

    return join


@pytest.fixture
def ada(join: Join) -> TestClient:
    """A client of ada, a member."""
    return join("ada")


@pytest.fixture
def bob(join: Join) -> TestClient:
    """A client of bob, another member."""
    return join("bob")


@pytest.fixture
def mia(join: Join) -> TestClient:
    """A client of mia, a moderator."""
    return join("mia", role="moderator")


@pytest.fixture
def root(join: Join) -> TestClient:
    """A client of root, an admin."""
    return join("root", role="admin")


@pytest.fixture
def path(ada: TestClient) -> str:
    """The path of a post that ada has written."""
    body = {"title": "By ada", "content": "Words."}
    return ada.post("/posts", json=body).headers["Location"]
