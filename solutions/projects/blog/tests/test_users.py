"""Users, passwords, tokens, profiles."""

from typing import Any

import pytest

from conftest import Client, numbers


@pytest.fixture
def form() -> dict[str, Any]:
    """What somebody registers with."""
    name = f"form-{next(numbers)}"
    email = f"{name}@blog.example"
    return {"username": name, "email": email, "password": "not-a-real-password"}


def log_in(client: Client, email: str, password: str) -> int:
    body = {"user": {"email": email, "password": password}}
    return client.post("/users/login", json=body).status_code


def test_a_user_registers_once_and_logs_in(
    client: Client, form: dict[str, Any]
) -> None:
    assert client.post("/users", json={"user": form}).status_code == 201
    for changed, field in (("username", "email"), ("email", "username")):
        again = {**form, changed: f"x{form[changed]}"}
        response = client.post("/users", json={"user": again})
        assert (response.status_code, [*response.json()["errors"]]) == (422, [field])
    assert log_in(client, form["email"].upper(), form["password"]) == 200
    assert log_in(client, form["email"], "not-the-password") == 401
    assert log_in(client, "nobody@blog.example", form["password"]) == 401


def test_an_error_names_each_field(client: Client) -> None:
    wrong = {"username": " ", "email": "x", "password": "short"}
    response = client.post("/users", json={"user": wrong})
    assert response.status_code == 422
    assert [*response.json()["errors"]] == [*wrong]
    assert response.json()["errors"]["username"] == ["can't be blank"]


@pytest.mark.parametrize("token", ["", "Token", "Token x", "Token a.b.c", "Basic x"])
def test_without_a_valid_token_nothing_opens(client: Client, token: str) -> None:
    response = client.get("/user", headers={"Authorization": token})
    assert response.status_code == 401
    assert response.json()["errors"]


def test_a_change_keeps_what_was_not_sent(ann: Client) -> None:
    ann.put("/user", json={"user": {"bio": "Tea", "image": ""}}).raise_for_status()
    name = f"new-{next(numbers)}"
    sent = {"username": name, "password": "", "following": True}
    user = ann.put("/user", json={"user": sent}).raise_for_status().json()["user"]
    assert (user["username"], user["bio"], user["image"]) == (name, "Tea", None)
    assert ann.get("/user").json()["user"]["username"] == name  # with the same token


def test_a_taken_name_changes_nothing(ann: Client, ben: Client) -> None:
    body = {"user": {"username": ben.name, "bio": "Tea"}}
    assert ann.put("/user", json=body).status_code == 422
    user = ann.get("/user").json()["user"]
    assert (user["username"], user["bio"]) == (ann.name, None)


def test_following_counts_once(ann: Client, ben: Client) -> None:
    path = f"/profiles/{ben.name}"
    for _ in range(2):
        assert ann.post(f"{path}/follow").json()["profile"]["following"] is True
    assert ben.get(path).json()["profile"]["following"] is False
    for _ in range(2):
        assert ann.delete(f"{path}/follow").json()["profile"]["following"] is False
    assert ann.post("/profiles/nobody/follow").status_code == 404


def test_browsers_may_come_from_anywhere(client: Client) -> None:
    asked = {
        "Origin": "http://front.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    assert client.options("/user", headers=asked).status_code == 200
    response = client.get("/user", headers={"Origin": "http://front.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
