"""Errors: each has its status, all have one form, and none is a crash."""

from collections.abc import Iterator
from contextlib import asynccontextmanager

import pytest
from anyio import Semaphore
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from psycopg.errors import CheckViolation, ForeignKeyViolation, UniqueViolation
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError

from app import database, errors
from app.limits import MOST_BYTES
from app.main import app
from app.problems import PROBLEM, add_error_handlers

RAISED: list[tuple[Exception, int]] = [
    (errors.PostboardError("no"), 400),
    (errors.BadToken("no"), 401),
    (errors.Forbidden("no"), 403),
    (errors.NotFound("no"), 404),
    (StaleDataError("gone"), 404),
    (IntegrityError("", {}, ForeignKeyViolation()), 404),
    (errors.Conflict("no"), 409),
    (IntegrityError("", {}, UniqueViolation()), 409),
    (errors.Outdated("no"), 412),
    (HTTPException(418, {"tea": "green"}), 418),
    (errors.Invalid("no"), 422),
    (IntegrityError("", {}, CheckViolation()), 422),
    (errors.TooMany(60), 429),
    (KeyError("no table"), 500),
    (errors.Busy("no"), 503),
    (OperationalError("", {}, Exception("a lock")), 503),
    (TimeoutError("no connection"), 503),
]
MORE = {401: 'Bearer error="invalid_token"', 429: "60", 503: "1"}


@pytest.fixture
def raising() -> Iterator[TestClient]:
    """A client of an app that raises the error of this number in RAISED, or a 304."""
    fails = FastAPI()
    add_error_handlers(fails)

    @fails.get("/{number}")
    def fail(number: int) -> None:
        raise [*(error for error, _ in RAISED), HTTPException(304)][number]

    with TestClient(fails, raise_server_exceptions=False) as client:
        yield client


def test_each_error_has_its_status_and_one_form(raising: TestClient) -> None:
    for number, (_, status) in enumerate(RAISED):
        response = raising.get(f"/{number}")
        assert response.status_code == response.json()["status"] == status
        assert response.headers["Content-Type"] == PROBLEM
        assert response.json().keys() >= {"type", "title", "detail"}
        told = response.headers.get(
            "WWW-Authenticate", response.headers.get("Retry-After")
        )
        assert told == MORE.get(status)
    assert raising.get(f"/{len(RAISED)}").content == b""


REQUESTS: dict[str, tuple[str, str, bytes | list[bytes], int]] = {
    "no such path": ("GET", "/nowhere", b"", 404),
    "no such method": ("DELETE", "/posts", b"", 405),
    "an id that is too large": ("GET", "/posts/2147483648", b"", 422),
    "NUL in a word": ("GET", "/posts?search=%00", b"", 422),
    "NUL in a body": ("POST", "/posts", b'{"title": "a\\u0000", "content": "b"}', 422),
    "no UTF-8": ("POST", "/posts", b"\xff", 422),
    "a large body": ("POST", "/posts", b" " * (MOST_BYTES + 1), 413),
    "a large body in parts": ("POST", "/posts", [b" " * MOST_BYTES, b" "], 413),
}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"), REQUESTS.values(), ids=REQUESTS
)
def test_a_request_that_makes_no_sense_is_refused(
    ada: TestClient, method: str, path: str, body: bytes | list[bytes], status: int
) -> None:
    content = body if isinstance(body, bytes) else iter(body)
    headers = {"Content-Type": "application/json"}
    response = ada.request(method, path, content=content, headers=headers)
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM)


def test_of_many_wrong_values_twenty_are_told(client: TestClient) -> None:
    wrong = {f"wrong-{number}": "1" for number in range(30)}
    assert len(client.get("/posts", params=wrong).json()["errors"]) == 20


@pytest.mark.anyio
async def test_a_place_is_waited_for_and_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "places", Semaphore(1))
    monkeypatch.setattr(database, "POOL_WAIT", 0.01)
    place = asynccontextmanager(database.place)
    for _ in range(2):
        async with place():
            with pytest.raises(errors.Busy):
                await anext(database.place())


def test_a_request_gets_a_session_of_the_pool(engine: Engine) -> None:
    assert TestClient(app).get("/tags").json() == {"items": []}
