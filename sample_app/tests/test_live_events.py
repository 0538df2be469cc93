"""New posts as a stream: who is told, and what was missed."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from tests.factories import write
from tests.live import Events, listening

from app.accounts import User
from app.database import engine as app_engine
from app.hub import Hub, hub
from app.main import app
from app.models import Post
from app.services import missed


def ids(events: Events, count: int) -> list[str | None]:
    return [events.next()[1] for _ in range(count)]


def old_post(session: Session, minutes: float, **more: object) -> str:
    """The id of a post that ada began so many minutes ago."""
    ada = session.scalars(select(User).where(User.name == "ada")).one()
    when, title = datetime.now(UTC) - timedelta(minutes=minutes), f"{minutes} minutes"
    times = {"created_at": when, "updated_at": when}
    post = Post(title=title, content="Words.", slug=title, author_id=ada.id)
    for name, value in (times | more).items():
        setattr(post, name, value)
    session.add(post)
    session.commit()
    return str(post.id)


def test_all_who_listen_are_told_of_a_new_post(
    ada: TestClient, bob: TestClient
) -> None:
    with listening(ada) as first, listening(bob) as second:
        post = write(ada)
        for events in (first, second):
            assert events.next() == ("post", str(post["id"]))
    assert hub.listeners() == 0


def test_a_draft_is_told_of_when_it_is_published_and_once(ada: TestClient) -> None:
    with listening(ada) as events:
        draft = write(ada, published=False)["id"]
        assert ada.post("/posts", json={"title": " "}).status_code == 422
        title = write(ada)["title"]  # event 1
        body = {"title": title, "content": "Again."}
        assert ada.post("/posts", json=body).status_code == 409
        path = f"/posts/{draft}"
        ada.patch(path, json={"content": "Better."}).raise_for_status()
        ada.patch(path, json={"published": True}).raise_for_status()  # event 2
        ada.patch(path, json={"content": "Best."}).raise_for_status()
        last = write(ada)["id"]  # event 3
        assert ids(events, 3)[1:] == [str(draft), str(last)]


def test_what_was_published_while_a_client_was_away_comes_first(
    ada: TestClient, session: Session
) -> None:
    late = old_post(session, 101.5)  # was not visible yet when the next one was
    last = old_post(session, 100)
    old_post(session, 102.5)
    new, draft = old_post(session, 50), old_post(session, 40, published=False)
    old_post(session, 30, published=False)
    ada.patch(f"/posts/{draft}", json={"published": True}).raise_for_status()
    with listening(ada, **{"Last-Event-ID": last}) as events:
        assert ids(events, 4) == [late, last, new, draft]
        newest = write(ada)["id"]
        assert ids(events, 1) == [str(newest)]


@pytest.mark.parametrize("gone", ["0", "2147483647"])
def test_a_client_may_name_a_post_that_is_gone(
    ada: TestClient, session: Session, gone: str
) -> None:
    post = old_post(session, 1)
    with listening(ada, **{"Last-Event-ID": gone}) as events:
        assert ids(events, 1) == [post]


def test_who_missed_too_much_reads_the_list(
    ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_MISSED", 1)
    last = write(ada)["id"]
    for _ in range(2):
        with listening(ada, **{"Last-Event-ID": str(last)}) as events:
            assert events.next()[0] == ("reset" if _ else "post")
            write(ada)


def test_an_open_stream_holds_no_connection(engine: Engine) -> None:
    with TestClient(app) as client:  # with the app's own sessions; it only reads
        with ExitStack() as streams:
            for _ in range(16):
                streams.enter_context(listening(client, **{"Last-Event-ID": "0"}))
            assert app_engine.pool.status().endswith("Checked out connections: 0")
        assert client.portal is not None
        client.portal.call(app_engine.dispose)


def test_a_slow_listener_is_dropped_and_hurts_nobody(
    portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.hub.MOST_WAITING", 2)
    hub, got = Hub(), []

    async def listen() -> None:
        with hub.subscribe("tea") as slow, hub.subscribe("tea") as quick:
            for number in range(4):
                hub.deliver("tea", {"post": number})
                got.append((await quick.receive())["post"])
            assert [each["post"] async for each in slow] == [0, 1]
            assert hub.listeners() == 1

    portal.call(listen)
    assert (got, hub.listeners()) == ([0, 1, 2, 3], 0)
