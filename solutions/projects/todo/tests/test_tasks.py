"""Tasks: created, changed, completed, versions, tags."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from conftest import Join


def add(client: TestClient, title: str = "Milk", **fields: Any) -> str:
    """The path of a new task."""
    response = client.post("/tasks", json={"title": title, **fields})
    return response.raise_for_status().headers["Location"]


def test_a_task_is_stored_as_it_was_sent(ann: TestClient) -> None:
    path = add(ann, " Milk ", tags=["Shop", "home", "shop"])
    task = ann.get(path).json()
    assert (task["title"], task["tags"], task["done"]) == (
        "Milk",
        ["home", "shop"],
        False,
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": " "},
        {"title": "x" * 201},
        {"title": "x", "due_at": "2031-01-01T09:00:00"},
        {"title": "x", "due_at": "0001-01-01T00:00:00+14:00"},
        {"title": "x", "tags": [str(number) for number in range(11)]},
    ],
)
def test_what_is_no_task_is_refused(ann: TestClient, body: object) -> None:
    assert ann.post("/tasks", json=body).status_code == 422
    assert ann.get("/tasks").json()["items"] == []


def test_a_change_keeps_what_was_not_sent(ann: TestClient) -> None:
    path = add(ann, notes="Two", due_at="2031-01-01T09:00:00+01:00")
    changed = ann.patch(path, json={"title": "Tea"}).json()
    assert (changed["title"], changed["notes"]) == ("Tea", "Two")
    assert changed["due_at"] == "2031-01-01T08:00:00Z"
    assert ann.patch(path, json={"due_at": None}).json()["due_at"] is None
    assert ann.patch(path, json={"title": None}).status_code == 422


def test_completing_again_changes_no_moment(ann: TestClient) -> None:
    path = add(ann)
    first = ann.patch(path, json={"done": True}).json()["completed_at"]
    assert (
        first and ann.patch(path, json={"done": True}).json()["completed_at"] == first
    )
    assert ann.patch(path, json={"done": False}).json()["completed_at"] is None


def test_others_see_nothing(ann: TestClient, join: Join) -> None:
    path, ben = add(ann, tags=["home"]), join()
    assert ben.get(path).status_code == ben.delete(path).status_code == 404
    assert ben.patch(path, json={"title": "x"}).status_code == 404
    assert ben.get("/tags").json() == ben.get("/tags").json() == {"items": []}


def test_an_old_version_is_refused(ann: TestClient) -> None:
    path = add(ann)
    old = ann.get(path).headers["ETag"]
    assert ann.get(path, headers={"If-None-Match": old}).status_code == 304
    now = ann.patch(path, json={"tags": ["home"]}).headers["ETag"]
    for sent, status in ((old, 412), (f"W/{now}", 412), (now, 204)):
        assert ann.delete(path, headers={"If-Match": sent}).status_code == status


def test_of_eight_writers_with_one_version_one_wins(ann: TestClient) -> None:
    path = add(ann)
    headers = {"If-Match": ann.get(path).headers["ETag"]}

    def write(number: int) -> int:
        body = {"title": f"Tea {number}"}
        return ann.patch(path, json=body, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(8))) == [200] + [412] * 7


def test_a_bulk_request_completes_all_or_none(ann: TestClient, join: Join) -> None:
    ids = [ann.get(add(ann)).json()["id"] for _ in range(3)]
    foreign = join().post("/tasks", json={"title": "x"}).json()["id"]
    assert ann.post("/tasks/complete", json={"ids": [*ids, foreign]}).status_code == 404
    assert ann.get("/tasks?done=true").json()["items"] == []
    ann.patch(f"/tasks/{ids[0]}", json={"done": True}).raise_for_status()
    done = ann.post("/tasks/complete", json={"ids": ids[::-1] * 2}).json()
    assert done == {"completed": ids[1:]}


def test_tags_are_counted(ann: TestClient) -> None:
    for tags in (["home", "shop"], ["shop"]):
        add(ann, tags=tags)
    counted = [{"name": "home", "tasks": 1}, {"name": "shop", "tasks": 2}]
    assert ann.get("/tags").json() == {"items": counted}
