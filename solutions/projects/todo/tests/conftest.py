"""What all tests share: an app on a file of its own, and clients of users."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient

# The app reads its settings when it is imported: they come first.
os.environ |= {
    "DATABASE_URL": f"sqlite:///{Path(tempfile.mkdtemp()).as_posix()}/test.db",
    "TOKEN_SECRET": "not-a-real-secret-not-a-real-secret",
}

from sqlalchemy.orm import Session

from app.database import engine, writing
from app.main import app
from app.models import User
from app.security import new_token

ALEMBIC = Config(Path(__file__).parents[1] / "alembic.ini")
numbers = count(1)
Join = Callable[[], TestClient]


@pytest.fixture(scope="session", autouse=True)
def database() -> Iterator[None]:
    """The tables as the revisions make them."""
    command.upgrade(ALEMBIC, "head")
    yield
    engine.dispose()
    shutil.rmtree(Path(str(engine.url.database)).parent)


@pytest.fixture
def client() -> TestClient:
    """A client without a token."""
    return TestClient(app)


@pytest.fixture
def join() -> Join:
    """Clients of new users who are logged in: tests share the file, and nothing else."""

    def join() -> TestClient:
        user = User(email=f"user-{next(numbers)}@todo.example", password_hash="none")
        with Session(writing, expire_on_commit=False) as session, session.begin():
            session.add(user)
        headers = {"Authorization": f"Bearer {new_token(user.id)}"}
        return TestClient(app, headers=headers)

    return join


@pytest.fixture
def ann(join: Join) -> TestClient:
    """A client of ann."""
    return join()
