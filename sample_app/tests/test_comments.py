"""Comments: pages of them, and who may change them."""

import pytest
from fastapi.testclient import TestClient
from tests.factories import write


def texts(client: TestClient, path: str) -> list[str]:
    """What the comments of a post say."""
    found = client.get(f"{path}/comments").json()["items"]
    return [each["content"] for each in found]


def test_comments_come_page_by_page(ada: TestClient, path: str) -> None:
    write(ada, f"/posts/{write(ada)['id']}/comments", content="of another post")
    for content in "abcd":
        write(ada, f"{path}/comments", content=content)
    first = ada.get(f"{path}/comments?limit=2").json()
    rest = ada.get(f"{path}/comments?limit=2&after={first['next']}").json()
    found = [each["content"] for each in first["items"] + rest["items"]]
    assert (found, rest["next"]) == (["a", "b", "c", "d"], None)


@pytest.mark.parametrize(
    ("who", "put", "delete"),
    [("client", 401, 401), ("bob", 200, 204), ("ada", 403, 403), ("mia", 403, 204)],
)
def test_a_comment_of_bob_is_changed_and_deleted(
    request: pytest.FixtureRequest, path: str, who: str, put: int, delete: int
) -> None:
    bob, caller = map(request.getfixturevalue, ("bob", who))
    comment = f"/comments/{write(bob, path + '/comments', content='Old')['id']}"
    assert caller.put(comment, json={"content": "New"}).status_code == put
    assert texts(bob, path) == ["New" if put == 200 else "Old"]
    assert caller.delete(comment).status_code == delete
    assert bob.delete(comment).status_code == (404 if delete == 204 else 204)
