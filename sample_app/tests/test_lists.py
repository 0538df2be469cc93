"""Lists of posts: pages, search and order."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.factories import write

ALL = ["Beta 100%", "Alpha", "gamma"]


@pytest.fixture
def reader(client: TestClient, ada: TestClient, session: Session) -> TestClient:
    """Somebody who reads three posts. The first of them is the oldest."""
    for title in ALL:
        write(ada, title=title)
    old = "UPDATE posts SET created_at = '2026-01-01' WHERE title = 'Beta 100%'"
    session.execute(text(old))
    session.commit()
    return client


@pytest.mark.parametrize(
    ("query", "titles", "total"),
    [
        ("", ALL, 3),
        ("limit=2", ["Beta 100%", "Alpha"], 3),
        ("limit=1&skip=1", ["Alpha"], 3),
        ("search=GAM", ["gamma"], 1),
        ("search=%25", ["Beta 100%"], 1),
        ("sort_by=title", ["Alpha", "Beta 100%", "gamma"], 3),
        ("sort_by=newest", ["Alpha", "gamma", "Beta 100%"], 3),
    ],
)
def test_a_list_holds(
    reader: TestClient, query: str, titles: list[str], total: int
) -> None:
    found = reader.get(f"/posts?{query}").json()
    assert [post["title"] for post in found["items"]] == titles
    assert found["total"] == total
