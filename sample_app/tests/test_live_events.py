"""New posts as a stream: who is told, and what was missed."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from tests.factories import write
from tests.live import listening

from app.database import engine as app_engine
from app.hub import hub
from app.main import app
from app.models import Post


def test_all_are_told_of_a_post_once_it_is_published(
    ada: TestClient, bob: TestClient
) -> None:
    with listening(ada) as first, listening(bob) as second:
        draft, post = write(ada, published=False), write(ada)
        ada.post("/posts", json={"title": post["title"], "content": "Taken."})
        for change in ({"published": True}, {"content": "Better."}):
            ada.patch(f"/posts/{draft['id']}", json=change).raise_for_status()
        wanted = [f"post {each['id']}" for each in (post, draft, write(ada))]
        assert [first() for _ in wanted] == [second() for _ in wanted] == wanted
    assert hub.listeners() == 0


def test_what_was_missed_comes_first(
    ada: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {}
    for minutes in (11, 8.5, 8, 5, 7):  # the one of 5 is a draft, published now
        ids[minutes] = write(ada, published=minutes != 5)["id"]
        when = datetime.now(UTC) - timedelta(minutes=minutes)
        here = update(Post).where(Post.id == ids[minutes])
        session.execute(here.values(created_at=when, updated_at=when))
    session.commit()
    ada.patch(f"/posts/{ids[5]}", json={"published": True}).raise_for_status()
    with listening(ada, last=ids[8]) as event:
        assert [event() for _ in range(4)] == [f"post {ids[m]}" for m in (8.5, 8, 7, 5)]
    monkeypatch.setattr("app.services.missed.MOST_MISSED", 3)
    with listening(ada, last=ids[8]) as event:
        assert event() == "reset"


def test_an_open_stream_holds_no_connection(engine: Engine) -> None:
    with TestClient(app) as client, ExitStack() as streams:  # with the app's sessions
        for _ in range(16):
            streams.enter_context(listening(client, last=0))
        assert app_engine.pool.status().endswith("Checked out connections: 0")
