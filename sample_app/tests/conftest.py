"""What all tests share: the database for tests, and clients of the app."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session


def database_for_tests() -> URL:
    """The address in TEST_DATABASE_URL."""
    url = make_url(os.environ.get("TEST_DATABASE_URL", "postgresql://"))
    if not (url.database or "").endswith("_test"):
        pytest.exit(
            "The tests empty their database. Set TEST_DATABASE_URL to the address of "
            "one whose name ends in _test.",
            returncode=4,
        )
    return url


# The app reads its settings when it is imported: they come first.
os.environ |= {
    "DATABASE_URL": database_for_tests().render_as_string(hide_password=False),
    "TOKEN_SECRET": "not-a-real-secret-not-a-real-secret",
}

from app.base import Base  # noqa: E402
from app.database import get_session  # noqa: E402
from app.main import app  # noqa: E402
from app.settings import settings  # noqa: E402

ALEMBIC = Config(Path(__file__).parents[1] / "alembic.ini")
EMPTY = text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE")
ADA = {
    "name": "ada",
    "email": "ada@postboard.example",
    "password": "not-a-real-password",
}


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The database for tests, empty, with the tables as the revisions make them."""
    command.upgrade(ALEMBIC, "head")
    engine = create_engine(settings.url)
    with engine.begin() as connection:
        connection.execute(EMPTY)  # a run that was killed may have left something
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One transaction around the test, rolled back at its end."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """For arranging, and for looking into the database. Its commits end savepoints."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def client(connection: Connection) -> Iterator[TestClient]:
    """A client without a token. Each request has a new session, as in the app."""

    def session_of_a_request() -> Iterator[Session]:
        with Session(
            connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
        ) as session:
            yield session

    app.dependency_overrides[get_session] = session_of_a_request
    with TestClient(app) as client:
        yield client
    app.dependency_overrides.clear()


@pytest.fixture
def ada(client: TestClient) -> Iterator[TestClient]:
    """A client of ada, who has registered and logged in."""
    client.post("/auth/register", json=ADA).raise_for_status()
    form = {"username": ADA["email"], "password": ADA["password"]}
    token = client.post("/auth/token", data=form).raise_for_status().json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    with TestClient(app, headers=headers) as ada:
        yield ada
