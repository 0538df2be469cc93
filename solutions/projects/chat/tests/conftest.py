"""What all tests share: an app on a database of its own, and people in rooms."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from alembic import command
from alembic.config import Config
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session
from starlette.testclient import WebSocketDisconnect, WebSocketTestSession

if not (make_url(os.environ.get("DATABASE_URL", "x://")).database or "").endswith(
    "_test"
):
    pytest.exit("Set DATABASE_URL to a database whose name ends in _test.", 4)

# The app reads its settings when it is imported: they come first.
os.environ |= {
    "TOKEN_SECRET": "not-a-real-secret-not-a-real-secret",
    "VALKEY_URL": "",  # NOTIFY carries the news
}

from app.main import app
from app.models import Base, User
from app.security import new_token
from app.settings import settings

ALEMBIC = Config(Path(__file__).parents[1] / "alembic.ini")
numbers = count(1)


class Person(TestClient):
    """A client of somebody who is logged in."""

    name: str
    token: str

    def room(self, *guests: "Person", private: bool = False) -> str:
        """The path of a new room with these members."""
        body = {"name": "Tea", "private": private}
        path = self.post("/rooms", json=body).raise_for_status().headers["Location"]
        for guest in guests:
            self.put(f"{path}/members/{guest.name}").raise_for_status()
        return str(path)

    def live(self, path: str) -> WebSocketTestSession:
        """A connection that has said nothing."""
        return self.websocket_connect(f"{path}/live")


Join = Callable[[], Person]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The database, empty, with the tables as the revisions make them."""
    command.upgrade(ALEMBIC, "head")
    engine = create_engine(settings.url)
    with engine.begin() as connection:
        connection.execute(
            text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE")
        )
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def portal(engine: Engine) -> Iterator[BlockingPortal]:
    """The event loop on which the app runs in all tests."""
    with TestClient(app) as started:
        yield cast(BlockingPortal, started.portal)


@pytest.fixture
def client(portal: BlockingPortal) -> TestClient:
    """A client without a token."""
    client = TestClient(app)
    client.portal = portal
    return client


@pytest.fixture
def join(portal: BlockingPortal, engine: Engine) -> Join:
    """Clients of new users who are logged in: tests share the database, and nothing else."""

    def join() -> Person:
        user = User(name=f"user{next(numbers):03}", password_hash="none")
        with Session(engine, expire_on_commit=False) as session, session.begin():
            session.add(user)
        token = new_token(user.id)
        person = Person(app, headers={"Authorization": f"Bearer {token}"})
        person.portal, person.name, person.token = portal, user.name, token
        return person

    return join


@pytest.fixture
def ann(join: Join) -> Person:
    """Somebody."""
    return join()


@pytest.fixture
def ben(join: Join) -> Person:
    """Somebody else."""
    return join()


def hello(person: Person, socket: WebSocketTestSession, **more: Any) -> Any:
    """Say who one is, and give what comes."""
    socket.send_json({"type": "hello", "token": person.token, **more})
    return told(socket)


def soon(wait: Callable[[], Any]) -> Any:
    """What a call gives that waits; an error after twenty seconds."""
    thread = ThreadPoolExecutor(1)
    try:
        return thread.submit(wait).result(20)
    finally:
        thread.shutdown(wait=False)


def told(socket: WebSocketTestSession, *kinds: str) -> Any:
    """The next frame, of one of these types if there are any; or the code of the end."""
    while True:
        try:
            frame = soon(socket.receive_json)
        except WebSocketDisconnect as end:
            return end.code
        if not kinds or frame["type"] in kinds:
            return frame


def say(socket: WebSocketTestSession, text: str, client_id: str = "") -> Any:
    """Send a message, and give the answer."""
    body = {"type": "send", "text": text, "client_id": client_id or f"x{next(numbers)}"}
    socket.send_json(body)
    return told(socket, "stored", "error")
