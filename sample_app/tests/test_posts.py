"""Posts: what a client stores is what it reads, and what may be in it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.factories import write

POST = {"title": "Tests", "content": "They tell you first."}


def test_a_new_post_is_found_at_its_location(ada: TestClient) -> None:
    created = ada.post("/posts", json=POST)
    assert created.status_code == 201
    assert ada.get(created.headers["Location"]).json() == created.json()


def test_a_new_post_has_defaults(ada: TestClient) -> None:
    post = ada.post("/posts", json=POST).json()
    assert POST.items() <= post.items()
    assert (post["author"], post["excerpt"], post["published"]) == ("ada", "", True)
    assert (post["tags"], post["score"]) == ([], 0)


def test_a_title_is_given_once(ada: TestClient) -> None:
    ada.post("/posts", json=POST)
    second = ada.post("/posts", json=POST)
    assert second.status_code == 409
    assert second.json()["detail"] == "A post with this title exists."


def test_a_deleted_post_is_gone(ada: TestClient) -> None:
    path = ada.post("/posts", json=POST).headers["Location"]
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404


def test_somebody_without_a_token_writes_nothing(client: TestClient) -> None:
    assert client.post("/posts", json=POST).status_code == 401
    assert client.get("/posts").json() == {"items": [], "total": 0}


def test_the_spaces_around_a_title_are_not_stored(ada: TestClient) -> None:
    assert write(ada, title="  Tests ")["title"] == "Tests"


def test_put_resets_what_was_left_out(ada: TestClient) -> None:
    path = f"/posts/{write(ada, excerpt='Short.')['id']}"
    ada.put(path, json=POST).raise_for_status()
    assert (POST | {"excerpt": ""}).items() <= ada.get(path).json().items()


def test_patch_keeps_what_was_left_out(ada: TestClient, session: Session) -> None:
    old = write(ada, excerpt="Short.")
    session.execute(text("UPDATE posts SET updated_at = '2026-01-01'"))
    session.commit()
    ada.patch(f"/posts/{old['id']}", json={"title": "New"}).raise_for_status()
    found = ada.get(f"/posts/{old['id']}").json()
    assert found == old | {"title": "New", "updated_at": found["updated_at"]}
    assert not found["updated_at"].startswith("2026-01-01")


@pytest.mark.parametrize("wrong", [{"titel": "New"}, {"published": 0}], ids=str)
def test_a_wrong_change_is_refused(
    ada: TestClient, path: str, wrong: dict[str, Any]
) -> None:
    assert ada.patch(path, json=wrong).status_code == 422


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_post_that_is_not_there_is_404(ada: TestClient, method: str) -> None:
    assert ada.request(method, "/posts/2147483647", json=POST).status_code == 404


def test_nobody_gives_a_post_to_somebody_else(ada: TestClient) -> None:
    given = POST | {"author_id": 0, "author": "bob"}
    created = ada.post("/posts", json=given)
    replaced = ada.put(created.headers["Location"], json=given)
    assert [each.json()["author"] for each in (created, replaced)] == ["ada", "ada"]


def test_comments_go_with_their_post(ada: TestClient, path: str) -> None:
    write(ada, f"{path}/comments")
    assert ada.delete(path).status_code == 204
    assert ada.get(f"{path}/comments").status_code == 404
