"""Access tokens: which are taken, for how long, and what ends them before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import User
from app.settings import BadSettings, read_settings
from app.tokens import SECRET, new_token

Claims = dict[str, Any]
Told = tuple[int, str | None]  # the status, and how to authenticate
TAKEN, NOT_TAKEN = (200, None), (401, 'Bearer error="invalid_token"')


def told(response: Response) -> Told:
    return response.status_code, response.headers.get("WWW-Authenticate")


def send(client: TestClient, token: str) -> Told:
    return told(client.get("/users/me", headers={"Authorization": f"Bearer {token}"}))


@pytest.fixture
def claims(ada: TestClient) -> Claims:
    """What a token of ada's says that works."""
    token = ada.headers["Authorization"].removeprefix("Bearer ")
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims: Claims, secret: str = SECRET, kind: str = "at+jwt") -> str:
    return jwt.encode(claims, secret, "HS256", headers={"typ": kind})


@pytest.mark.parametrize(
    ("age", "wanted"), [(890, TAKEN), (901, NOT_TAKEN)], ids=["young", "old"]
)
def test_a_token_lives_for_15_minutes(
    client: TestClient, claims: Claims, age: int, wanted: Told
) -> None:
    issued = datetime.now(UTC) - timedelta(seconds=age)
    who, scopes = int(claims["sub"]), claims["scope"].split()
    token = new_token(user_id=who, scopes=scopes, login=claims["sid"], now=issued)
    assert send(client, token) == wanted


def test_a_token_that_we_sign_is_taken(client: TestClient, claims: Claims) -> None:
    assert send(client, signed(claims)) == TAKEN


@pytest.mark.parametrize("claim", ["aud", "iss", "sub", "sid"])
def test_one_wrong_claim_is_enough(
    client: TestClient, claims: Claims, claim: str
) -> None:
    assert send(client, signed(claims | {claim: "another"})) == NOT_TAKEN


def test_a_wrong_secret_or_kind_is_enough(client: TestClient, claims: Claims) -> None:
    assert send(client, signed(claims, secret=SECRET[::-1])) == NOT_TAKEN
    assert send(client, signed(claims, kind="JWT")) == NOT_TAKEN


def test_a_wrong_token_is_not_the_same_as_none(client: TestClient) -> None:
    wrong = {"Authorization": "Bearer nonsense"}
    assert told(client.get("/posts", headers=wrong)) == NOT_TAKEN
    assert told(client.get("/users/me")) == (401, "Bearer")


def test_a_token_ends_with_its_user(ada: TestClient, session: Session) -> None:
    session.execute(update(User).values(active=False))
    session.commit()
    assert told(ada.get("/users/me")) == NOT_TAKEN


def test_a_role_is_lost_at_once(
    ada: TestClient, mia: TestClient, root: TestClient
) -> None:
    tea = {"title": "Tea", "content": "Green."}
    path = ada.post("/posts", json=tea).headers["Location"]
    root.put("/admin/users/mia/role", json={"role": "member"}).raise_for_status()
    assert mia.delete(path).status_code == 403


def test_a_short_secret_is_not_taken_nor_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_SECRET", "not-a-real-one")
    with pytest.raises(BadSettings, match="TOKEN_SECRET") as raised:
        read_settings()
    assert "not-a-real-one" not in str(raised.value)
