"""Users, passwords and tokens."""

import pytest
from fastapi.testclient import TestClient

from app.problems import PROBLEM

FORM = {"name": "ada", "password": "not-a-real-password"}


def log_in(client: TestClient, name: str, password: str) -> int:
    form = {"username": name, "password": password}
    return client.post("/auth/token", data=form).status_code


def test_a_user_registers_once_and_logs_in(client: TestClient) -> None:
    assert client.post("/auth/register", json=FORM).status_code == 201
    assert client.post("/auth/register", json=FORM).status_code == 409
    assert log_in(client, **FORM) == 200
    assert log_in(client, "ada", "not-the-password") == 401
    assert log_in(client, "nobody", FORM["password"]) == 401


@pytest.mark.parametrize(
    "body", [{}, {**FORM, "name": "Ada"}, {**FORM, "password": "short"}]
)
def test_what_is_no_registration_is_refused(client: TestClient, body: object) -> None:
    assert client.post("/auth/register", json=body).status_code == 422


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_without_a_valid_token_nothing_opens(client: TestClient, token: str) -> None:
    response = client.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.headers["Content-Type"]) == (401, PROBLEM)
    assert response.headers["WWW-Authenticate"] == "Bearer"
