"""Tags: words that posts share."""

from fastapi.testclient import TestClient
from tests.factories import write


def test_new_tags_replace_the_old_ones(ada: TestClient, path: str) -> None:
    for names in (["http", "SQL", "sql"], ["orm", "sql"], []):
        ada.put(f"{path}/tags", json={"names": names}).raise_for_status()
        assert ada.get(path).json()["tags"] == sorted({name.lower() for name in names})


def test_tags_of_published_posts_are_counted(ada: TestClient) -> None:
    for names, seen in (["sql", "orm"], True), (["sql"], True), (["orm"] * 2, False):
        path = f"/posts/{write(ada, published=seen)['id']}"
        ada.put(f"{path}/tags", json={"names": names}).raise_for_status()
    found = ada.get("/tags").json()["items"]
    assert found == [{"name": "sql", "posts": 2}, {"name": "orm", "posts": 1}]
