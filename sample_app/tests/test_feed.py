"""The feed: published posts, newest first."""

import pytest
from fastapi.testclient import TestClient
from tests.factories import write

ALL = ["Locks", "Sessions", "Indexes"]


@pytest.fixture
def reader(client: TestClient, ada: TestClient, bob: TestClient) -> TestClient:
    """Somebody who reads a feed of three posts; there is a draft too."""
    path = f"/posts/{write(ada, title='Indexes', content='Answered at once.')['id']}"
    ada.put(f"{path}/tags", json={"names": ["sql"]}).raise_for_status()
    write(bob, f"{path}/votes", value=1)
    write(bob, title="Sessions", excerpt="What answers when.")
    write(ada, title="Locks")
    write(ada, title="Secrets", published=False)
    return client


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ALL),
        ("search=answers", ["Sessions", "Indexes"]),
        ("tag=sql", ["Indexes"]),
        ("author=bob", ["Sessions"]),
    ],
)
def test_the_feed_shows(reader: TestClient, query: str, titles: list[str]) -> None:
    found = reader.get(f"/feed?{query}").json()["items"]
    assert [each["title"] for each in found] == titles


def test_the_feed_comes_page_by_page(reader: TestClient) -> None:
    first = reader.get("/feed?limit=2").json()
    rest = reader.get("/feed", params={"limit": 2, "before": first["next"]}).json()
    found = [each["title"] for each in first["items"] + rest["items"]]
    assert (found, rest["next"]) == (ALL, None)
    wanted = {"author": "ada", "tags": ["sql"], "comments": 0, "score": 1}
    assert wanted.items() <= rest["items"][0].items()
