"""Around the requests: ids, log, crashes, numbers, spans, and what a load balancer is told."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app import readiness
from app.logs import with_request
from app.main import app
from app.metrics import registry
from app.problems import PROBLEM
from app.settings import settings
from app.tracing import provider

SECRET = "not-a-real-secret-of-prometheus-1"
NOWHERE = "postgresql+psycopg://ada:not-a-real-password@127.0.0.1:1/none"
IDS = {"a-1": True, "a" * 64: True, "a" * 65: False, "*/ DROP": False, "": False}


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged in the test."""
    with capture_logs([with_request]) as lines:
        yield lines


@pytest.mark.parametrize(("sent", "kept"), IDS.items())
def test_a_request_keeps_a_well_formed_id(
    client: TestClient, sent: str, kept: bool
) -> None:
    for path in ("/live", "/nowhere"):
        ids = client.get(path, headers={"X-Request-ID": sent}).headers["X-Request-ID"]
        assert (ids == sent) is kept
        assert kept or len(ids) == 32


def test_a_crash_is_a_problem_and_two_lines(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, lines: list[EventDict]
) -> None:
    monkeypatch.setattr("app.routers.live.readiness", None)
    response = client.get("/ready", headers={"X-Request-ID": "tea"})
    assert (response.status_code, response.headers["Content-Type"]) == (500, PROBLEM)
    assert [(each["event"], each["request_id"]) for each in lines] == [
        ("crash", "tea"),
        ("request", "tea"),
    ]


def test_a_request_is_one_line_without_its_query(
    client: TestClient, lines: list[EventDict]
) -> None:
    client.get("/notes/7?token=not-a-real-token", headers={"X-Request-ID": "tea"})
    told = {"event": "request", "method": "GET", "route": "/notes/{note_id}"}
    assert lines[0].items() >= (told | {"status": 404, "request_id": "tea"}).items()
    assert "token" not in str(lines[0]) and len(lines) == 1


def test_a_request_is_counted_by_its_template(client: TestClient) -> None:
    for number in (7, 8):
        client.get(f"/notes/{number}")
    labels = {"method": "GET", "route": "/notes/{note_id}", "status": "404"}
    counted = registry.get_sample_value("postboard_requests_total", labels) or 0
    assert counted >= 2


def test_metrics_are_for_whoever_has_the_token(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": f"Bearer {SECRET}"}
    assert client.get("/metrics", headers=headers).status_code == 404
    monkeypatch.setattr(settings, "metrics_token", SecretStr(SECRET))
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=headers).status_code == 200


def test_a_request_has_a_span_with_its_id(client: TestClient) -> None:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    client.get("/live", headers={"X-Request-ID": "tea"})
    (request,) = exporter.get_finished_spans()
    exporter.shutdown()
    assert request.name == "GET /live"
    assert request.attributes and request.attributes["request.id"] == "tea"


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("SELECT 1 WHERE false", 503),
        ("SELECT 1 FROM nowhere", 503),
        ("SELECT 'of a later app'", 200),
    ],
)
def test_an_app_is_ready_when_the_schema_is(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, version: str, status: int
) -> None:
    monkeypatch.setattr("app.routers.live.readiness", readiness.Readiness())
    monkeypatch.setattr(readiness, "VERSION", text(version))
    assert client.get("/ready").status_code == status


def test_without_a_database_an_app_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = create_async_engine(NOWHERE, poolclass=NullPool)
    monkeypatch.setattr(readiness, "engine", nowhere)
    with TestClient(app) as client:
        found = [client.get(path).status_code for path in ("/live", "/ready")]
    assert found == [200, 503]
