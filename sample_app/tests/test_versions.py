"""Versions: nobody overwrites a change that they have not seen."""

import pytest
from fastapi.testclient import TestClient

BODY = {"title": "Mine", "content": "Words."}
CHANGES = ["PUT", "PATCH", "DELETE"]
NAMED = [('"0", {}', True), ("*", True), ("W/{}", False)]


def send(client: TestClient, method: str, path: str, tag: str) -> int:
    """The status of a change of the version that the tag names."""
    headers = {"If-Match": tag}
    return client.request(method, path, headers=headers, json=BODY).status_code


@pytest.mark.parametrize("method", CHANGES)
def test_an_older_version_is_not_changed(
    ada: TestClient, path: str, method: str
) -> None:
    old = ada.get(path).headers["ETag"]
    ada.patch(path, json={"title": "Theirs"}).raise_for_status()
    assert send(ada, method, path, old) == 412
    assert ada.get(path).json()["title"] == "Theirs"


@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize(("tags", "named"), NAMED)
def test_a_change_of_the_newest_version_is_made(
    ada: TestClient, path: str, method: str, tags: str, named: bool
) -> None:
    ada.patch(path, json={"excerpt": "New."}).raise_for_status()
    tag = ada.get(path).headers["ETag"]
    assert (send(ada, method, path, tags.format(tag)) != 412) == named
