"""What is done after the response: jobs, and the e-mail that they are for."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient
from procrastinate.jobs import Job
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from tests.factories import write

from app.mail import Mail
from app.services.notices import tell_author
from conftest import session_on

ANY: Any = {"queue": "", "task_name": "", "lock": None, "queueing_lock": None}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, connection: Connection) -> list[Mail]:
    """What the mail server gets from jobs that run in this test."""
    sent: list[Mail] = []

    async def send(mail: Mail) -> None:
        sent.append(mail)

    monkeypatch.setattr("app.mail.send", send)
    monkeypatch.setattr("app.database.SessionFactory", lambda: session_on(connection))
    return sent


@pytest.fixture
def comment(bob: TestClient, path: str) -> dict[str, Any]:
    """What bob says about a post of ada."""
    return write(bob, f"{path}/comments", content="Good.")


async def fail(*_: object) -> None:
    raise ConnectionError("gone")


def queued(session: Session) -> list[dict[str, Any]]:
    """What the jobs in the queue are about."""
    return list(session.scalars(text("SELECT args FROM procrastinate_jobs")))


def deliver(session: Any) -> None:
    """Do each job of the queue, as a worker does."""
    for about in queued(session):
        session.wait(tell_author, **about)


def test_the_author_hears_of_it_later(
    sent: list[Mail], comment: dict[str, Any], session: Session
) -> None:
    assert sent == []
    deliver(session)
    key, subject = f"comment-{comment['id']}", "bob has commented on 'By ada'"
    assert sent == [Mail(key=key, to="ada@postboard.example", subject=subject)]


@pytest.mark.usefixtures("comment")
def test_a_job_done_twice_sends_once(sent: list[Mail], session: Session) -> None:
    deliver(session)
    deliver(session)
    assert len(sent) == 1


@pytest.mark.usefixtures("comment")
def test_what_could_not_be_sent_is_sent_later(
    monkeypatch: pytest.MonkeyPatch, sent: list[Mail], session: Session
) -> None:
    with monkeypatch.context() as gone, pytest.raises(ConnectionError):
        gone.setattr("app.mail.send", fail)
        deliver(session)
    deliver(session)
    assert len(sent) == 1


@pytest.mark.usefixtures("comment")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET active = false",
        "UPDATE users SET email = NULL",
        "UPDATE comments SET author_id = posts.author_id FROM posts",
        "DELETE FROM comments",
    ],
)
def test_nobody_to_tell(sent: list[Mail], session: Session, change: str) -> None:
    session.execute(text(change))
    session.commit()
    deliver(session)
    assert sent == []


def test_a_comment_that_is_not_stored_leaves_no_job(
    session: Session, bob: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as gone, pytest.raises(ConnectionError):
        gone.setattr(AsyncSession, "commit", fail)
        bob.post(f"{path}/comments", json={"content": "Good."})
    assert queued(session) == []


def test_it_is_tried_less_and_less_often_and_given_up() -> None:
    begin = datetime.now(UTC)
    waits = [0.0]
    for n in range(6):
        retry = tell_author.get_retry_exception(OSError(), Job(attempts=n, **ANY))
        if retry is not None and retry.retry_decision.retry_at is not None:
            waits.append((retry.retry_decision.retry_at - begin).total_seconds())
    assert len(waits) == 6
    assert all(later > 2 * sooner + 1 for sooner, later in pairwise(waits))
