"""Accounts, through the door: here tests register and log in with a password."""

from asyncio import get_running_loop
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import User
from app.security import hashes

EMAIL, PASSWORD = "zoe@postboard.example", "not-a-real-password"
WRONG = "The e-mail address or the password is wrong."
ZOE = {"name": "zoe", "email": EMAIL, "password": PASSWORD}


def register(client: TestClient, **fields: str) -> Response:
    return client.post("/auth/register", json=ZOE | fields)


def log_in(
    client: TestClient, email: str = EMAIL, password: str = PASSWORD
) -> Response:
    return client.post("/auth/token", data={"username": email, "password": password})


def bearer(response: Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


def test_who_registers_and_logs_in_is_known(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    me = {"name": "zoe", "email": EMAIL, "role": "member"}
    assert register(client).json() == me
    tokens = log_in(client)
    assert client.get("/users/me", headers=bearer(tokens)).json() == me
    assert PASSWORD not in caplog.text
    assert tokens.json()["access_token"] not in caplog.text


def test_an_address_has_one_account_however_it_is_typed(client: TestClient) -> None:
    register(client)
    second = register(client, name="ann", email=EMAIL.upper())
    assert second.json()["detail"] == "This e-mail address has an account."
    assert log_in(client, email=EMAIL.upper()).status_code == 200


@pytest.mark.parametrize("password", ["short", "passwordpassword"])
def test_no_bad_password_is_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture, password: str
) -> None:
    assert register(client, password=password).status_code == 422
    assert password not in caplog.text


def test_nobody_learns_which_address_has_an_account(client: TestClient) -> None:
    register(client)
    for refused in (
        log_in(client, email="ann@x.example"),
        log_in(client, password="x"),
    ):
        assert (refused.status_code, refused.json()["detail"]) == (401, WRONG)


def test_a_disabled_user_does_not_log_in(client: TestClient, session: Session) -> None:
    register(client)
    session.execute(update(User).values(active=False))
    session.commit()
    assert log_in(client).json()["detail"] == WRONG


def test_a_login_replaces_an_old_hash(client: TestClient, session: Session) -> None:
    old = BcryptHasher(rounds=4).hash(PASSWORD)  # as quick as bcrypt can be
    session.add(User(name="zoe", email=EMAIL, password_hash=old))
    session.commit()
    assert log_in(client).status_code == 200
    assert str(session.scalar(select(User.password_hash))).startswith("$argon2id$")


def test_an_old_key_sets_one_password(client: TestClient, session: Session) -> None:
    session.add(User(name="ada"))
    session.commit()
    path, key = "/auth/first-password", {"X-API-Key": "not-a-real-key-ada"}
    first, second = (client.post(path, json=ZOE, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)


def test_a_new_password_ends_all_logins(client: TestClient) -> None:
    register(client)
    thief, mine = bearer(log_in(client)), bearer(log_in(client))
    path, new = "/users/me/password", "not-a-real-password-2"
    for old, status in ((new, 403), (PASSWORD, 204)):
        response = client.put(path, json={"old": old, "new": new}, headers=mine)
        assert response.status_code == status
    assert client.get("/users/me", headers=thief).status_code == 401
    assert log_in(client, password=new).status_code == 200


def blocks() -> bool:
    """Whether this thread has an event loop, which stands still meanwhile."""
    try:
        return bool(get_running_loop())
    except RuntimeError:
        return False


def test_no_hash_holds_the_loop(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def noted(real: Callable[..., Any], *values: Any) -> Any:
        seen.append(blocks())
        return real(*values)

    for name in ("hash", "verify"):
        monkeypatch.setattr(hashes, name, partial(noted, getattr(hashes, name)))
    register(client)
    new = {"old": PASSWORD, "new": "not-a-real-password-2"}
    client.put("/users/me/password", json=new, headers=bearer(log_in(client)))
    assert seen == [False] * 4
