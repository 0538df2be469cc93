"""Numbers about requests and connections, as Prometheus reads them."""

from typing import cast

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy import QueuePool

from app.database import engine

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
registry = CollectorRegistry()
REQUESTS = Counter(
    "postboard_requests",
    "Requests that have ended.",
    ["method", "route", "status"],
    registry=registry,
)
SECONDS = Histogram(
    "postboard_request_seconds",
    "How long they took.",
    ["method", "route"],
    registry=registry,
)
POOL = Gauge(
    "postboard_pool_connections",
    "Connections to the database.",
    ["state"],
    registry=registry,
)


def pool() -> QueuePool:
    """The pool as it is now: dispose() makes a new one."""
    return cast(QueuePool, engine.pool)


# Asked when the numbers are read, so that they are never out of date.
POOL.labels("in use").set_function(lambda: pool().checkedout())
POOL.labels("idle").set_function(lambda: pool().checkedin())


def count(method: str, route: str | None, status: int, seconds: float) -> None:
    """Note a request. No label has a value that a client can invent."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(known, route or "none", str(status)).inc()
    SECONDS.labels(known, route or "none").observe(seconds)


def exposition() -> bytes:
    """All numbers, in the text format of Prometheus."""
    return generate_latest(registry)
