"""How often a password may be tried: rows are moved, and nobody waits."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import Attempt

EMAIL, PASSWORD = "zoe@postboard.example", "not-a-real-password"


def log_in(client: TestClient, password: str = "a-wrong-password") -> Response:
    return client.post("/auth/token", data={"username": EMAIL, "password": password})


def move(session: Session, *, count: int, ago: int = 0) -> None:
    """Whatever was counted: make it so many attempts, so many seconds ago."""
    since = Attempt.since - timedelta(seconds=ago)
    session.execute(update(Attempt).values(count=count, since=since))
    session.commit()


@pytest.mark.parametrize(
    ("count", "ago", "wanted"),
    [
        (9, 0, [401, None]),  # now comes the tenth attempt
        (10, 0, [429, "900"]),
        (10, 899, [429, "1"]),
        (10, 900, [401, None]),
    ],
)
def test_a_password_is_tried_ten_times_in_15_minutes(
    client: TestClient, session: Session, count: int, ago: int, wanted: list[object]
) -> None:
    log_in(client)
    move(session, count=count, ago=ago)
    response = log_in(client)
    assert [response.status_code, response.headers.get("Retry-After")] == wanted


def test_a_success_counts_from_zero_again(client: TestClient, session: Session) -> None:
    zoe = {"name": "zoe", "email": EMAIL, "password": PASSWORD}
    client.post("/auth/register", json=zoe).raise_for_status()
    log_in(client)
    move(session, count=9)
    assert [log_in(client, PASSWORD).status_code for _ in range(2)] == [200, 200]
