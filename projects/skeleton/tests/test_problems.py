"""Errors: all have one form, and none is a crash."""

import pytest
from anyio import Semaphore
from fastapi.testclient import TestClient

from app import database
from app.limits import MOST_BYTES
from app.problems import PROBLEM

REQUESTS: dict[str, tuple[str, str, bytes | list[bytes], int]] = {
    "no such path": ("GET", "/nowhere", b"", 404),
    "no such method": ("PUT", "/notes", b"", 405),
    "an id that is too large": ("GET", "/notes/2147483648", b"", 422),
    "an unknown parameter": ("GET", "/notes?wrong=1", b"", 422),
    "NUL in a body": ("POST", "/notes", b'{"text": "a\\u0000"}', 422),
    "no UTF-8": ("POST", "/notes", b"\xff", 422),
    "a large body": ("POST", "/notes", b" " * (MOST_BYTES + 1), 413),
    "a large body in parts": ("POST", "/notes", [b" " * MOST_BYTES, b" "], 413),
}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"), REQUESTS.values(), ids=REQUESTS
)
def test_a_request_that_makes_no_sense_is_refused(
    client: TestClient, method: str, path: str, body: bytes | list[bytes], status: int
) -> None:
    content = body if isinstance(body, bytes) else iter(body)
    headers = {"Content-Type": "application/json"}
    response = client.request(method, path, content=content, headers=headers)
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM)
    assert response.json().keys() >= {"type", "title", "status"}


@pytest.mark.anyio
async def test_a_place_is_waited_for_and_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "places", Semaphore(1))
    monkeypatch.setattr(database, "POOL_WAIT", 0.01)
    for _ in range(2):
        place = database.place()
        await anext(place)
        with pytest.raises(database.Busy):
            await anext(database.place())
        await place.aclose()
