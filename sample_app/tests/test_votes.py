"""Votes: one of each user on each post."""

import pytest
from fastapi.testclient import TestClient
from tests.factories import write


def test_the_votes_of_all_are_added(
    ada: TestClient, bob: TestClient, mia: TestClient, path: str
) -> None:
    for voter, value in ((ada, 1), (bob, -1), (mia, -1)):
        write(voter, f"{path}/votes", value=value)
        write(voter, f"{path}/comments")
    assert ada.get(path).json()["score"] == -1


def test_a_vote_is_changed_and_not_cast_twice(bob: TestClient, path: str) -> None:
    write(bob, f"{path}/votes", value=1)
    assert bob.post(f"{path}/votes", json={"value": 1}).status_code == 409
    assert bob.put(f"{path}/vote", json={"value": -1}).json()["score"] == -1


def test_who_withdraws_takes_back_their_own(
    ada: TestClient, bob: TestClient, path: str
) -> None:
    write(ada, f"{path}/votes", value=1)
    for caller, status, score in ((bob, 404, 1), (ada, 204, 0)):
        assert caller.delete(f"{path}/vote").status_code == status
        assert ada.get(path).json()["score"] == score


@pytest.mark.parametrize("value", [True, 1.0, 0, 2, "1"])
def test_a_vote_is_1_or_minus_1(bob: TestClient, path: str, value: object) -> None:
    assert bob.put(f"{path}/vote", json={"value": value}).status_code == 422
