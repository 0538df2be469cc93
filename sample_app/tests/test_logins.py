"""Logins: kept going by refresh tokens, each for one use, until they end."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.on_loop import wait

from app.accounts import RefreshToken, User
from app.services.logins import start


def begin(session: Session, name: str, scope: str | None = None) -> str:
    """The refresh token of a new login, without a password."""
    user = session.scalars(select(User).where(User.name == name)).one()
    token: str = wait(session, start, user=user, scope=scope).refresh_token
    return token


@pytest.fixture
def token(ada: TestClient, session: Session) -> str:
    """A refresh token of ada's, of another login than that of her client."""
    return begin(session, "ada")


def refresh(client: TestClient, token: str) -> Response:
    return client.post("/auth/refresh", json={"refresh_token": token})


def bearer(response: Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


def test_a_refresh_gives_two_tokens_that_work(client: TestClient, token: str) -> None:
    both = refresh(client, token)
    assert both.headers["Cache-Control"] == "no-store"
    assert client.get("/users/me", headers=bearer(both)).json()["name"] == "ada"
    assert refresh(client, both.json()["refresh_token"]).status_code == 200


def test_a_reuse_ends_the_login_and_is_told_in_the_log(
    client: TestClient, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    both = refresh(client, token)
    assert refresh(client, token).status_code == 401
    assert client.get("/users/me", headers=bearer(both)).status_code == 401
    (warning,) = (each for each in caplog.records if each.levelname == "WARNING")
    assert warning.getMessage().startswith("refresh token reused: user ")
    assert token not in caplog.text


@pytest.mark.parametrize(("days", "status"), [(13, 200), (14, 401)])
def test_a_refresh_token_lives_for_14_days(
    client: TestClient, session: Session, token: str, days: int, status: int
) -> None:
    earlier = RefreshToken.expires_at - timedelta(days=days)
    session.execute(update(RefreshToken).values(expires_at=earlier))
    session.commit()
    assert refresh(client, token).status_code == status


def test_only_hashes_of_refresh_tokens_are_stored(session: Session, token: str) -> None:
    assert token.encode() not in session.scalars(select(RefreshToken.hash)).all()


def test_a_disabled_user_refreshes_nothing(
    client: TestClient, session: Session, token: str
) -> None:
    session.execute(update(User).values(active=False))
    session.commit()
    assert refresh(client, token).status_code == 401


def test_a_refresh_gives_no_more_than_was_asked_for(
    client: TestClient, mia: TestClient, session: Session
) -> None:
    token = begin(session, "mia", scope="posts:write")
    assert refresh(client, token).json()["scope"] == "posts:write"


def test_a_logout_ends_one_login(
    ada: TestClient, client: TestClient, token: str
) -> None:
    assert ada.post("/auth/logout").status_code == 204
    assert ada.get("/users/me").status_code == 401
    assert refresh(client, token).status_code == 200


def test_a_logout_everywhere_ends_all_logins_of_a_user(
    ada: TestClient, bob: TestClient, client: TestClient, token: str
) -> None:
    assert ada.post("/auth/logout-everywhere").status_code == 204
    assert refresh(client, token).status_code == 401
    assert [each.get("/users/me").status_code for each in (ada, bob)] == [401, 200]
