"""Comments: pages of them, and who may change them."""

import pytest
from fastapi.testclient import TestClient
from tests.factories import write


@pytest.fixture
def comments(path: str) -> str:
    """The path of the comments of a post."""
    return f"{path}/comments"


def texts(client: TestClient, comments: str) -> list[str]:
    return [each["content"] for each in client.get(comments).json()["items"]]


def test_comments_come_page_by_page(ada: TestClient, comments: str) -> None:
    write(ada, f"/posts/{write(ada)['id']}/comments", content="of another post")
    for content in "abcd":
        write(ada, comments, content=content)
    first = ada.get(comments, params={"limit": 2}).json()
    rest = ada.get(comments, params={"limit": 2, "after": first["next"]}).json()
    found = [each["content"] for each in first["items"] + rest["items"]]
    assert (found, rest["next"]) == (["a", "b", "c", "d"], None)


@pytest.mark.parametrize(
    ("who", "put", "delete"),
    [("client", 401, 401), ("bob", 200, 204), ("ada", 403, 403), ("mia", 403, 204)],
)
def test_a_comment_of_bob_is_changed_and_deleted(
    request: pytest.FixtureRequest, comments: str, who: str, put: int, delete: int
) -> None:
    bob, caller = map(request.getfixturevalue, ("bob", who))
    comment = f"/comments/{write(bob, comments, content='Old')['id']}"
    assert caller.put(comment, json={"content": "New"}).status_code == put
    assert texts(bob, comments) == ["New" if put == 200 else "Old"]
    assert caller.delete(comment).status_code == delete
    assert len(texts(bob, comments)) == (delete != 204)


@pytest.mark.parametrize("path", ["/comments/2147483647", "/posts/2147483647/comments"])
def test_what_is_not_there_has_no_comment(ada: TestClient, path: str) -> None:
    method = "PUT" if path.startswith("/comments") else "POST"
    assert ada.request(method, path, json={"content": "Hi."}).status_code == 404
