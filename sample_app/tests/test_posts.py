"""Posts: what a client stores is what it reads, and what may be in it."""

from fastapi.testclient import TestClient

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
