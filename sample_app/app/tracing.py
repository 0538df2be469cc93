"""What a request did: a span for it, and below it one for each SQL statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span
from sqlalchemy import event

from app.database import engine
from app.logs import request_id

# Whoever wants the spans adds a processor with an exporter; until then, nobody keeps them.
provider = TracerProvider()
tracer = provider.get_tracer("postboard")


@contextmanager
def request_span() -> Iterator[Span]:
    """A span around a request. It knows the id, which the log and SQL have, too."""
    with tracer.start_as_current_span(
        "request",
        kind=SpanKind.SERVER,
        attributes={"request.id": request_id.get()},
        record_exception=False,  # the log has it
        set_status_on_exception=False,
    ) as span:
        yield span


def describe(span: Span, method: str, route: str | None, status: int) -> None:
    """What is known at the end; the names are those of OpenTelemetry's conventions."""
    span.update_name(f"{method} {route or 'none'}")
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        span.set_status(StatusCode.ERROR)


def begin(_: Any, __: Any, statement: str, ___: Any, context: Any, ____: Any) -> None:
    if get_current_span().is_recording():  # within a request
        name = statement.split(maxsplit=1)[0]
        context.span = tracer.start_span(name, kind=SpanKind.CLIENT)
        context.span.set_attribute("db.query.text", statement)  # without its values


def end(_: Any, __: Any, ___: str, ____: Any, context: Any, _____: Any) -> None:
    if span := getattr(context, "span", None):
        span.end()


def fail(error: Any) -> None:
    if span := getattr(error.execution_context, "span", None):
        span.set_status(StatusCode.ERROR, type(error.original_exception).__name__)
        span.end()


event.listen(engine.sync_engine, "before_cursor_execute", begin)
event.listen(engine.sync_engine, "after_cursor_execute", end)
event.listen(engine.sync_engine, "handle_error", fail)
