"""What all tests share: the database for tests, and clients of the app."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
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

from app.accounts import Login, User  # noqa: E402
from app.base import Base  # noqa: E402
from app.database import get_session  # noqa: E402
from app.main import app  # noqa: E402
from app.roles import Role, granted  # noqa: E402
from app.settings import settings  # noqa: E402
from app.tokens import new_token  # noqa: E402

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
def join(client: TestClient, session: Session) -> Iterator[Join]:
    """Clients of new users who are logged in: join("mia", role="moderator")."""
    with ExitStack() as stack:

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
            headers = {"Authorization": f"Bearer {token}"}
            return stack.enter_context(TestClient(app, headers=headers))

        yield join


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
