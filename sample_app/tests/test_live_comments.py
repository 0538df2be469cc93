"""Comments over a WebSocket: who may listen, for how long, and what they hear."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.testclient import WebSocketDisconnect
from tests.factories import write
from tests.live import code, comment, talking

from app import conversation
from app.models import Comment
from app.tokens import ACCESS_TIME, new_token


def say(client: TestClient, path: str, content: str) -> int:
    """Comment on a post; the id of the comment."""
    number: int = write(client, f"{path}/comments", content=content)["id"]
    return number


def test_a_comment_reaches_all_who_listen_to_its_post(
    ada: TestClient, bob: TestClient, path: str
) -> None:
    other = f"/posts/{write(ada)['id']}"
    with talking(ada, path) as first, talking(bob, path) as second:
        say(bob, other, "Elsewhere.")
        say(bob, path, "Here.")
        assert (comment(first), comment(second)) == ("Here.", "Here.")
        say(bob, path, "Again.")
        assert (comment(first), comment(second)) == ("Again.", "Again.")


def test_who_comes_again_hears_what_was_missed_and_a_little_more(
    bob: TestClient, path: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MOST_MISSED", 1)
    monkeypatch.setattr("app.services.missed.MOST_MISSED", 1)
    now = datetime.now(UTC)
    made = {"A": 9.0, "late": 6.5, "last": 5.0, "old": 7.5, "new": 1.0}
    ids = {}
    for text, minutes in made.items():
        ids[text] = say(bob, path, text)
        at = now - timedelta(minutes=minutes)
        here = update(Comment).where(Comment.id == ids[text])
        session.execute(here.values(created_at=at))
    session.commit()
    with talking(bob, path, ids["last"]) as socket:
        assert [comment(socket) for _ in range(3)] == ["late", "last", "new"]
    with talking(bob, path) as socket:
        assert [comment(socket) for _ in made] == list(made)


def test_a_token_that_expires_ends_the_conversation(
    bob: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + ACCESS_TIME

    say(bob, path, "Before.")
    monkeypatch.setattr(conversation, "datetime", Later)
    with talking(bob, path) as socket:
        assert (comment(socket), code(socket)) == ("Before.", 3000)


@pytest.mark.parametrize("end", ["logout", "disabled", "hidden"])
def test_who_may_no_longer_listen_hears_nothing_more(
    bob: TestClient, ada: TestClient, root: TestClient, path: str, end: str
) -> None:
    say(ada, path, "Before.")
    with talking(bob, path) as socket:
        assert comment(socket) == "Before."
        if end == "logout":
            bob.post("/auth/logout").raise_for_status()
        elif end == "disabled":
            root.put("/admin/users/bob/active", json={"active": False})
        else:
            ada.patch(path, json={"published": False}).raise_for_status()
        say(ada, path, "Secret.")
        assert code(socket) == (3003 if end == "hidden" else 3000)


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        ({"token": "not-a-token"}, 3000),
        ({"token": new_token(user_id=1, scopes=()), "after": -1}, 1008),
        ({"token": new_token(user_id=1, scopes=())}, 3000),  # of no login
        ({"token": new_token(user_id=1, scopes=(), now=datetime(2020, 1, 1))}, 3000),
        ({"after": 1}, 1008),
        ("Hello", 1008),
    ],
)
def test_who_does_not_say_who_they_are_hears_nothing(
    client: TestClient, ada: TestClient, path: str, first: object, wanted: int
) -> None:
    say(ada, path, "Secret.")
    with client.websocket_connect(f"{path}/comments/live") as socket:
        socket.send_json(first)
        assert code(socket) == wanted


def test_a_silent_client_is_not_waited_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "PATIENCE", 0.01)
    with client.websocket_connect("/posts/1/comments/live") as socket:
        assert code(socket) == 3008


@pytest.mark.parametrize(
    ("origin", "accepted"),
    [("https://evil.example", False), ("null", False), ("http://testserver", True)],
)
def test_a_page_of_another_origin_gets_no_socket(
    bob: TestClient, path: str, origin: str, accepted: bool
) -> None:
    say(bob, path, "Here.")
    try:
        with talking(bob, path, origin=origin) as socket:
            assert comment(socket) == "Here."
    except WebSocketDisconnect:
        assert not accepted
    else:
        assert accepted
