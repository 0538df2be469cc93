"""Drafts: who sees them, and how many there may be."""

import pytest
from fastapi.testclient import TestClient
from tests.factories import write


@pytest.fixture
def drafts(ada: TestClient) -> list[str]:
    """The paths of ada's drafts: three, which is the most."""
    return [f"/posts/{write(ada, published=False)['id']}" for _ in range(3)]


@pytest.mark.parametrize(
    ("who", "seen"), [("client", 0), ("bob", 0), ("ada", 3), ("mia", 3)]
)
def test_drafts_are_seen_by_author_and_moderator(
    request: pytest.FixtureRequest, drafts: list[str], who: str, seen: int
) -> None:
    reader: TestClient = request.getfixturevalue(who)
    assert reader.get("/posts").json()["total"] == seen
    for path in (drafts[0], f"{drafts[0]}/comments"):
        assert reader.get(path).status_code == (200 if seen else 404)


def test_a_fourth_draft_is_refused(
    ada: TestClient, bob: TestClient, drafts: list[str]
) -> None:
    fourth = {"title": "Fourth", "content": "Words.", "published": False}
    assert ada.post("/posts", json=fourth).status_code == 409
    assert bob.post("/posts", json=fourth).status_code == 201


def test_a_post_becomes_no_fourth_draft(
    ada: TestClient, path: str, drafts: list[str]
) -> None:
    assert ada.patch(path, json={"published": False}).status_code == 409
    assert ada.patch(drafts[0], json={"published": False}).status_code == 200
