"""Profiles: a user in numbers."""

from fastapi.testclient import TestClient
from tests.factories import write


def test_a_profile_counts_what_others_see(
    ada: TestClient, bob: TestClient, path: str
) -> None:
    draft = f"/posts/{write(ada, published=False)['id']}"
    write(ada, f"/posts/{write(bob)['id']}/votes", value=1)
    for voter, post in ((ada, draft), (bob, path)):
        write(voter, f"{post}/votes", value=-1)
        write(ada, f"{post}/comments")
    wanted = {"name": "ada", "posts": 1, "comments": 2, "score": -1}
    assert bob.get("/users/ada").json() == wanted
    assert bob.get("/users/zoe").status_code == 404
