"""What a system tells of itself: metrics, log lines and spans, each request under an id of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Status, StatusCode
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan


class Signals:
    """The instruments of one system; two systems share none of them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        named = ["method", "route", "status"]
        self.requests = Counter("blog_requests", "Responses.", named, registry=self.registry)
        self.seconds = Histogram("blog_request_seconds", "Their time.", ["route"], registry=self.registry)
        self.pool = Gauge("blog_pool_connections", "Connections.", ["state"], registry=self.registry)
        self.cache = Counter("blog_cache_reads", "Looks into the cache.", ["result"], registry=self.registry)
        self.mail = Gauge("blog_mail_bytes", "The folder for mail.", ["what"], registry=self.registry)
        self.lines: list[dict[str, Any]] = []
        self._exporter = InMemorySpanExporter()
        self._provider = TracerProvider(shutdown_on_exit=False)
        self._provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("blog")

    def metrics(self) -> str:
        """The metrics, as Prometheus reads them."""
        return generate_latest(self.registry).decode()

    def value(self, metric: str, **labels: str) -> float:
        """The value of one time series; 0 for one that has not begun."""
        return self.registry.get_sample_value(metric, labels) or 0.0

    def spans(self) -> "tuple[ReadableSpan, ...]":
        """The spans that have ended, in this order."""
        return self._exporter.get_finished_spans()

    @contextmanager
    def span(self, name: str, **attributes: Any) -> Iterator[Any]:
        """A span around the block. An error is noted by its type, and goes on."""
        options: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
        with self._tracer.start_as_current_span(name, attributes=attributes, **options) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def note(self, request: str, method: str, route: str, status: int, began: float) -> None:
        """The end of a request: a line of the log, a count, and its time."""
        line = {"event": "request", "request_id": request, "method": method}
        self.lines.append({**line, "route": route, "status": status})
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(perf_counter() - began)

    def close(self) -> None:
        """Nothing is recorded any more."""
        self._provider.shutdown()
