"""Comments over a WebSocket: who may listen, for how long, and what they hear."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.testclient import WebSocketDisconnect
from tests.factories import write
from tests.live import talking, told

from app import conversation
from app.models import Comment

Patch = pytest.MonkeyPatch


@pytest.fixture
def live(ada: TestClient, path: str) -> str:
    """The address of the live comments of a post; it has one comment."""
    write(ada, f"{path}/comments", content="Before.")
    return f"{path}/comments/live"


def test_each_hears_the_others(
    ada: TestClient, bob: TestClient, path: str, live: str
) -> None:
    with talking(ada, path) as hears, bob.websocket_connect(live) as writes:
        writes.send_json({"token": bob.headers["Authorization"].split()[1]})
        assert (hears(), told(writes)) == ("Before.", "Before.")
        for _ in range(2):  # the second one comes too soon
            writes.send_json({"writing": True})
        assert hears() == {"writing": "bob"}
        write(bob, f"/posts/{write(bob)['id']}/comments")
        write(bob, f"{path}/comments", content="Here.")
        assert (hears(), told(writes)) == ("Here.", "Here.")
        writes.send_json({"writing": "nonsense"})
        assert told(writes) == 1008


def test_who_comes_again_hears_what_was_missed_and_a_little_more(
    bob: TestClient, path: str, session: Session, monkeypatch: Patch
) -> None:
    for module in ("app.conversation", "app.services.missed"):
        monkeypatch.setattr(f"{module}.MOST_MISSED", 1)
    made, ids = {"A": 9.0, "late": 6.5, "last": 5.0, "old": 7.5, "new": 1.0}, {}
    for text, minutes in made.items():
        ids[text] = write(bob, f"{path}/comments", content=text)["id"]
        when = datetime.now(UTC) - timedelta(minutes=minutes)
        here = update(Comment).where(Comment.id == ids[text])
        session.execute(here.values(created_at=when))
    session.commit()
    for after, wanted in {ids["last"]: ["late", "last", "new"], 0: list(made)}.items():
        with talking(bob, path, after) as hears:
            assert [hears() for _ in wanted] == wanted


def test_an_expired_token_ends_it(
    bob: TestClient, path: str, live: str, monkeypatch: Patch
) -> None:
    now = SimpleNamespace(expires=datetime.now(UTC))
    monkeypatch.setattr(conversation, "read_token", lambda token: now)
    with talking(bob, path) as hears:
        assert (hears(), hears()) == ("Before.", 3000)


@pytest.mark.parametrize("code", [3000, 3003])
def test_who_may_no_longer_see_the_post_hears_nothing_more(
    ada: TestClient, bob: TestClient, path: str, live: str, code: int
) -> None:
    with talking(bob, path) as hears:
        assert hears() == "Before."
        if code == 3000:
            bob.post("/auth/logout").raise_for_status()
        else:
            ada.patch(path, json={"published": False}).raise_for_status()
        write(ada, f"{path}/comments", content="Secret.")
        assert hears() == code


@pytest.mark.parametrize(
    ("first", "code"), [({"token": "no token"}, 3000), ("Hello", 1008)]
)
def test_who_does_not_say_who_they_are_hears_nothing(
    client: TestClient, live: str, first: object, code: int
) -> None:
    with client.websocket_connect(live) as socket:
        socket.send_json(first)
        assert told(socket) == code


def test_a_page_of_another_origin_gets_no_socket(
    bob: TestClient, path: str, live: str
) -> None:
    with talking(bob, path, origin="http://testserver") as hears:
        assert hears() == "Before."
    evil = {"origin": "https://evil.example"}
    with pytest.raises(WebSocketDisconnect), talking(bob, path, **evil):
        pass
