"""What all tests share: an app on the database in DATABASE_URL, and clients of users."""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient

# The app reads its settings when it is imported: they come first.
os.environ["TOKEN_SECRET"] = "not-a-real-secret-not-a-real-secret"
if "DATABASE_URL" not in os.environ:
    text = (
        "Set DATABASE_URL to the address of a database for tests: they write into it."
    )
    pytest.exit(text, returncode=4)

from sqlalchemy.orm import Session

from app.database import engine
from app.main import app
from app.models import User
from app.security import new_token

ALEMBIC = Config(Path(__file__).parents[1] / "alembic.ini")
numbers = count(time.time_ns())  # a run before may have left its rows
Join = Callable[[], "Client"]


class Client(TestClient):
    """A client of somebody, and what the tests often do with it."""

    name = ""

    def publish(self, title: str = "Tea", **fields: Any) -> dict[str, Any]:
        """A new article of theirs."""
        given = {"title": title, "description": "In short.", "body": "At length."}
        response = self.post("/articles", json={"article": given | fields})
        return response.raise_for_status().json()["article"]

    def titles(self, path: str) -> list[str]:
        """The titles of a list."""
        found = self.get(path).raise_for_status().json()["articles"]
        return [each["title"] for each in found]


@pytest.fixture(scope="session", autouse=True)
def database() -> Iterator[None]:
    """The tables as the revisions make them."""
    command.upgrade(ALEMBIC, "head")
    yield
    engine.dispose()


@pytest.fixture
def client() -> Client:
    """A client without a token."""
    return Client(app, base_url="http://testserver/api")


@pytest.fixture
def join() -> Join:
    """Clients of new users: tests share the database, and nothing else."""

    def join() -> Client:
        name = f"user-{next(numbers)}"
        user = User(username=name, email=f"{name}@blog.example", password_hash="none")
        with Session(engine, expire_on_commit=False) as session, session.begin():
            session.add(user)
        headers = {"Authorization": f"Token {new_token(user.id)}"}
        client = Client(app, base_url="http://testserver/api", headers=headers)
        client.name = name
        return client

    return join


@pytest.fixture
def ann(join: Join) -> Client:
    """A client of somebody."""
    return join()


@pytest.fixture
def ben(join: Join) -> Client:
    """A client of somebody else."""
    return join()
