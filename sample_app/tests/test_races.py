"""Requests at the same moment, on connections of their own, which commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

import pytest
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session
from tests.factories import write
from tests.schemas import async_engine, own_schema

from app import database
from app.accounts import User
from app.base import Base
from app.security import hash_password
from conftest import Join, client_on

Request = Callable[[], Response]
ALL = ", ".join(Base.metadata.tables)
USERS, POSTS = "SELECT FROM users FOR UPDATE", "SELECT FROM posts FOR UPDATE"
PASSWORD = "not-a-real-password"
BLOCKED = text("""
SELECT count(*) FROM pg_stat_activity
WHERE application_name = current_setting('application_name')
AND cardinality(pg_blocking_pids(pid)) > 0
""")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Tables of its own: what is committed here, no other test sees."""
    with own_schema("races") as engine:
        Base.metadata.create_all(engine)
        yield engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """In the place of conftest's: it commits, and all is emptied behind the test."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
        session.execute(text(f"TRUNCATE {ALL} RESTART IDENTITY"))
        session.commit()


@pytest.fixture
def client(
    portal: BlockingPortal, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """In the place of conftest's: each request has a connection of its own."""
    own = async_engine("races")
    factory = async_sessionmaker(own, expire_on_commit=False)
    monkeypatch.setattr(database, "SessionFactory", factory)
    yield client_on(portal)
    portal.call(own.dispose)


def at_once(session: Session, lock: str, *requests: Request) -> list[int]:
    """Hold a lock until each request waits or has ended; their statuses, sorted."""
    session.execute(text(lock))
    with ThreadPoolExecutor() as pool, Session(session.get_bind()) as beside:
        sent = []
        for request in requests:
            sent.append(pool.submit(request))
            while beside.scalar(BLOCKED) < sum(not each.done() for each in sent):
                beside.rollback()  # in one transaction, a second look shows the first
                wait(sent, timeout=0.01)
        session.commit()
        return sorted(each.result().status_code for each in sent)


def test_two_third_drafts_are_one(session: Session, ada: TestClient) -> None:
    for title in ["One", "Two"]:
        write(ada, title=title, published=False)
    drafts = [{"title": t, "content": "x", "published": False} for t in ["A", "B"]]
    send = [partial(ada.post, "/posts", json=draft) for draft in drafts]
    lock = "LOCK TABLE posts IN SHARE MODE"  # whoever inserts waits
    assert at_once(session, lock, *send) == [201, 409]


@pytest.mark.parametrize(("match", "late"), [('"1"', 412), ("*", 200)])
def test_of_two_changes(
    session: Session, ada: TestClient, match: str, late: int
) -> None:
    change = partial(
        ada.patch, f"/posts/{write(ada)['id']}", headers={"If-Match": match}
    )
    send = [partial(change, json={"title": title}) for title in ["One", "Two"]]
    assert at_once(session, POSTS, *send) == [200, late]


@pytest.mark.usefixtures("ada")
def test_one_first_password_is_set(session: Session, client: TestClient) -> None:
    key = {"X-API-Key": "not-a-real-key-ada"}
    body = {"email": "ada@postboard.example", "password": PASSWORD}
    send = partial(client.post, "/auth/first-password", json=body, headers=key)
    assert at_once(session, USERS, send, send) == [200, 409]


def test_one_new_password_is_set(session: Session, ada: TestClient) -> None:
    session.execute(update(User).values(password_hash=hash_password(PASSWORD)))
    session.commit()
    body = {"old": PASSWORD, "new": f"{PASSWORD}-2"}
    send = partial(ada.put, "/users/me/password", json=body)
    assert at_once(session, USERS, send, send) == [204, 409]


@pytest.mark.usefixtures("ada")
def test_a_refresh_token_is_good_once(session: Session, client: TestClient) -> None:
    session.execute(update(User).values(password_hash=hash_password(PASSWORD)))
    session.commit()
    form = {"username": "ada@postboard.example", "password": PASSWORD}
    token = client.post("/auth/token", data=form).json()["refresh_token"]
    send = partial(client.post, "/auth/refresh", json={"refresh_token": token})
    lock = "SELECT FROM refresh_tokens FOR UPDATE"
    assert at_once(session, lock, send, send) == [200, 401]


def test_one_of_two_admins_stays(session: Session, join: Join) -> None:
    kim, tom = join("kim", role="admin"), join("tom", role="admin")
    disable = {"json": {"active": False}}
    send = [
        partial(kim.put, "/admin/users/tom/active", **disable),
        partial(tom.put, "/admin/users/kim/active", **disable),
    ]
    assert at_once(session, USERS, *send) == [200, 409]


def test_who_waits_too_long_is_told(
    session: Session, ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/posts/{write(ada)['id']}"
    session.execute(text(POSTS))
    impatient = async_engine("races", lock_timeout="50ms")
    monkeypatch.setattr(database, "SessionFactory", lambda: AsyncSession(impatient))
    assert ada.delete(path).status_code == 503


def test_a_place_is_given_back(client: TestClient) -> None:
    free = database.places.value
    client.get("/posts")
    assert database.places.value == free
