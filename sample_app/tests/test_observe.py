"""What is seen of a request from outside: numbers and spans."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import engine
from app.guards import open_to_anyone
from app.main import app
from app.metrics import count, registry
from app.settings import settings
from app.tracing import provider, request_span

SECRET = "not-a-real-secret-of-prometheus-1"
SCRAPER = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans of the test."""
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    exporter.shutdown()


def counted(**labels: str) -> float:
    return registry.get_sample_value("postboard_requests_total", labels) or 0


def test_a_request_is_counted_by_its_template(client: TestClient) -> None:
    labels = {"method": "GET", "route": "/posts/{post_id}", "status": "404"}
    before = counted(**labels)
    for number in (7, 8):
        client.get(f"/posts/{number}")
    assert counted(**labels) == before + 2
    client.request("TEA", "/nowhere")
    assert counted(method="other", route="none", status="404") == 1


def test_a_request_without_a_route_is_counted() -> None:
    count("BREW", None, 418, 0.25)
    seconds = {"method": "other", "route": "none"}
    assert registry.get_sample_value("postboard_request_seconds_sum", seconds) >= 0.25


def test_metrics_are_for_whoever_has_the_token(
    root: TestClient, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = {"Authorization": ""}
    for headers in (SCRAPER, empty, {"Authorization": "Bearer "}):
        assert client.get("/metrics", headers=headers).status_code == 404
    monkeypatch.setattr(settings, "metrics_token", SecretStr(SECRET))
    assert root.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=empty).status_code == 404
    response = client.get("/metrics", headers=SCRAPER)
    assert response.status_code == 200
    assert 'postboard_pool_connections{state="in use"}' in response.text


@pytest.mark.anyio
async def test_statements_are_parts_of_their_request(
    spans: InMemorySpanExporter,
) -> None:
    async with engine.connect() as connection:
        with request_span():
            await connection.scalar(text("SELECT :tea"), {"tea": "4711"})
            with pytest.raises(DBAPIError):
                await connection.execute(text("SELECT 1 / 0"))
        await connection.rollback()
        await connection.scalar(text("SELECT 1"))  # in no request
    await engine.dispose()
    good, bad, request = spans.get_finished_spans()
    assert good.parent == bad.parent == request.context
    assert good.attributes and "4711" not in str(good.attributes)
    assert (bad.name, bad.status.description) == ("SELECT", "DivisionByZero")


def test_a_crash_is_a_span_with_an_error(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    app.dependency_overrides[open_to_anyone] = lambda: 1 / 0  # `client` takes it back
    with pytest.raises(ZeroDivisionError):
        client.get("/live")
    (request,) = spans.get_finished_spans()
    assert request.status.status_code is StatusCode.ERROR and not request.events
    assert request.attributes
    assert request.attributes["http.response.status_code"] == 500


def test_a_request_has_a_span_with_its_id(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    client.get("/live", headers={"X-Request-ID": "tea"})
    (request,) = spans.get_finished_spans()
    assert request.name == "GET /live" and request.status.is_unset
    assert request.attributes and request.attributes["request.id"] == "tea"
