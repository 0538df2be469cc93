"""Around the requests: ids, log, crashes; start, end, and what a load balancer is told."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, NullPool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app import readiness
from app.around import RequestLog
from app.database import engine as app_engine
from app.guards import open_to_anyone
from app.logs import request_id, with_request
from app.main import app
from app.problems import PROBLEM
from app.settings import settings

ORIGIN = "https://pages.example"
NOWHERE = "postgresql+psycopg://ada:not-a-real-password@127.0.0.1:1/none"
IDS = {"a-1": True, "a" * 64: True, "a" * 65: False, "*/ DROP": False, "": False}


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged in the test."""
    with capture_logs([with_request]) as lines:
        yield lines


@pytest.fixture
def crashing(client: TestClient) -> Iterator[TestClient]:
    """A page of an origin that may read us; for it, /live crashes."""
    app.dependency_overrides[open_to_anyone] = lambda: 1 / 0  # `client` takes it back
    settings.cors_origins.append(ORIGIN)
    yield TestClient(app, raise_server_exceptions=False, headers={"Origin": ORIGIN})
    settings.cors_origins.remove(ORIGIN)


@pytest.mark.parametrize(("sent", "kept"), IDS.items())
def test_a_request_keeps_a_well_formed_id(
    client: TestClient, sent: str, kept: bool
) -> None:
    for path in ("/live", "/nowhere", "/ui/"):
        ids = client.get(path, headers={"X-Request-ID": sent}).headers["X-Request-ID"]
        assert (ids == sent) is kept
        assert kept or len(ids) == 32


def test_a_page_may_read_a_crash(crashing: TestClient, lines: list[EventDict]) -> None:
    response = crashing.get("/live", headers={"X-Request-ID": "tea"})
    assert (response.status_code, response.headers["Content-Type"]) == (500, PROBLEM)
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "X-Request-ID" in response.headers["Access-Control-Expose-Headers"]
    assert [(each["event"], each["request_id"]) for each in lines] == [
        ("crash", "tea"),
        ("request", "tea"),
    ]
    assert lines[1]["status"] == 500


def test_a_request_is_one_line_without_secrets(
    ada: TestClient, lines: list[EventDict]
) -> None:
    ada.get("/users/me", headers={"X-Request-ID": "tea"})
    ada.get("/users/bob?token=not-a-real-token")
    told = {"event": "request", "log_level": "info", "method": "GET"}
    told |= {"route": "/users/me", "status": 200, "request_id": "tea"}
    assert lines[0].items() >= told.items()
    assert isinstance(lines[0]["user"], int)
    assert (lines[1]["route"], lines[1]["status"]) == ("/users/{name}", 404)
    assert "token" not in str(lines[1]) and len(lines) == 2


def test_the_clock_says_how_long(lines: list[EventDict]) -> None:
    TestClient(RequestLog(app, clock=iter([10.0, 10.25]).__next__)).get("/live")
    assert lines[-1]["ms"] == 250


@pytest.mark.anyio
async def test_what_locks_names_its_request_and_errors_hold_no_values() -> None:
    request_id.set("tea")
    reads, locks = "SELECT current_query()", " FROM alembic_version FOR UPDATE"
    async with app_engine.connect() as connection:
        assert await connection.scalar(text(reads)) == reads
        named = f"{reads}{locks} /* request tea */"
        assert await connection.scalar(text(reads + locks)) == named
        with pytest.raises(DBAPIError) as failed:
            await connection.execute(text("SELECT :value / 0"), {"value": 4711})
    assert "4711" not in str(failed.value)
    await app_engine.dispose()


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("SELECT '0014'", 503),
        ("SELECT 1 WHERE false", 503),
        ("SELECT 1 FROM nowhere", 503),
        ("SELECT pg_sleep(2)", 503),
        ("SELECT 'of a later app'", 200),
    ],
)
def test_an_app_is_ready_when_the_schema_is(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, version: str, status: int
) -> None:
    monkeypatch.setattr("app.routers.live.readiness", readiness.Readiness())
    monkeypatch.setattr(readiness, "VERSION", text(version))
    monkeypatch.setattr(readiness, "PATIENCE", 0.9)
    assert client.get("/ready").status_code == status


def test_without_a_database_an_app_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = create_async_engine(NOWHERE, poolclass=NullPool)
    monkeypatch.setattr(readiness, "engine", nowhere)
    with TestClient(app) as client:
        found = [client.get(path).status_code for path in ("/live", "/ready")]
    assert found == [200, 503]


def test_at_the_end_the_pool_is_closed(engine: Engine) -> None:
    with TestClient(app) as client:
        client.get("/tags").raise_for_status()
        assert "Connections in pool: 1" in app_engine.pool.status()
    assert "Connections in pool: 0" in app_engine.pool.status()
