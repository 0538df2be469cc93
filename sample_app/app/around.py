"""Around each request: it gets an id, and a line in the log."""

import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from opentelemetry.trace import Span
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import log, request_id
from app.metrics import count
from app.tracing import describe, request_span

WELL_FORMED = re.compile(r"[0-9A-Za-z-]{1,64}")  # it ends no line and no comment


def id_of(scope: Scope) -> str:
    """The id that the client chose, if it is well-formed, else a new one."""
    sent = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return sent if WELL_FORMED.fullmatch(sent) else uuid4().hex


def note(span: Span, scope: Scope, status: int, seconds: float) -> None:
    """The end of a request: in the log, in the metrics and in its trace."""
    method, route = scope["method"], getattr(scope.get("route"), "path", None)
    ms = round(1000 * seconds, 1)
    log.info("request", method=method, route=route, status=status, ms=ms)
    count(method, route, status, seconds)
    describe(span, method, route, status)


class RequestLog:
    """The line has no path, query or header of the client: they may hold secrets."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = perf_counter) -> None:
        self.app, self.clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        known, began, status = id_of(scope), self.clock(), 500
        request_id.set(known)

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = (b"x-request-id", known.encode())
                message["headers"] = [*message.get("headers", ()), own]
            await send(message)

        with request_span() as span:
            try:
                await self.app(scope, receive, noting)
            except Exception:
                log.exception("crash")
                raise
            finally:
                note(span, scope, status, self.clock() - began)
