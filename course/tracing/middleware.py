"""Probes around the middleware and the exception handlers of an app, for one traced request.

OpenTelemetry spans, which FastAPI can emit itself, were considered: they show no cached dependency, no
validation that went well, no handler's name and no teardown, and those are what the lessons are about.
Every probe looks for the recorder in a context variable, so other requests of the same app pass unseen.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

from starlette._utils import is_async_callable
from starlette.middleware import Middleware

from course.tracing.fastapi_hooks import seams
from course.tracing.recorder import TraceRecorder, current
from course.tracing.steps import called, error_in_words, status_line


class Probe:
    """A middleware that only looks."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        recorder = current.get()
        if recorder is None or scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self.watch(recorder, scope, receive, send)

    async def watch(self, recorder: TraceRecorder, scope: Any, receive: Any, send: Any) -> None:
        """Run the inner app and record."""
        raise NotImplementedError


class Outside(Probe):
    """Just outside one middleware: the request goes in, the response or an exception comes out."""

    def __init__(self, app: Any, name: str) -> None:
        super().__init__(app)
        self.name = name

    async def watch(self, recorder: TraceRecorder, scope: Any, receive: Any, send: Any) -> None:
        recorder.add("middleware in", self.name)
        out = False

        async def leaving(message: Any) -> None:
            nonlocal out
            if message["type"] == "http.response.start":
                out = True
                recorder.add("middleware out", self.name)
            await send(message)

        try:
            await self.app(scope, receive, leaving)
        except BaseException as error:
            if recorder.knows(error):
                if not out:
                    note = f"{error_in_words(error)} passes through"
                    recorder.add("middleware out", self.name, note, failed=True)
            else:
                recorder.fail(recorder.add("middleware out", self.name), error)
            raise


class Innermost(Probe):
    """Inside all middleware: an exception that comes this far, and began unseen, began in the last step."""

    async def watch(self, recorder: TraceRecorder, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # a cancelled request did not begin to fail here
            recorder.came_from(error)
            raise


class Edge(Probe):
    """Outside all middleware of the app, inside Starlette's ServerErrorMiddleware."""

    def __init__(self, app: Any, caught: bool) -> None:
        super().__init__(app)
        self.caught = caught  # the app has a handler for every exception

    async def watch(self, recorder: TraceRecorder, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.app(scope, receive, send)
        except BaseException as error:
            place = recorder.came_from(error)
            if recorder.answered:
                note = f"from {place}; the response had already left"
                recorder.add("escaped", error_in_words(error), note, failed=True)
            elif not self.caught:
                note = f"{error_in_words(error)} from {place}; no handler for it"
                recorder.add("exception handler", "ServerErrorMiddleware", note)
            raise


@contextmanager
def watched(app: Any, recorder: TraceRecorder) -> Iterator[Any]:
    """An ASGI app that runs `app` and tells `recorder`; afterwards app and FastAPI are as before."""

    async def traced(scope: Any, receive: Any, send: Any) -> None:
        async def answering(message: Any) -> None:
            if message["type"] == "http.response.start":
                recorder.answered = True
                recorder.add("sent", status_line(message["status"]))
            await send(message)

        token = current.set(recorder)
        try:
            await app(scope, receive, answering)
        finally:
            current.reset(token)

    with ExitStack() as stack:
        for target, name, replacement in seams(app):
            stack.enter_context(patch.object(target, name, replacement))
        stack.enter_context(patch.object(app, "middleware_stack", _watched_stack(app)))
        yield traced


def _watched_stack(app: Any) -> Any:
    """The app's middleware built again, with a probe before each one and around every handler."""
    caught = any(key in app.exception_handlers for key in (500, Exception))
    middleware = [Middleware(Edge, caught=caught)]
    for one in app.user_middleware:
        # "dispatch" is the function under @app.middleware("http")
        name = called(one.kwargs.get("dispatch") or one.cls)
        middleware += [Middleware(Outside, name=name), one]
    middleware.append(Middleware(Innermost))
    handlers = {key: _watched_handler(one) for key, one in app.exception_handlers.items()}
    with (
        patch.object(app, "user_middleware", middleware),
        patch.object(app, "exception_handlers", handlers),
    ):
        return app.build_middleware_stack()


def _watched_handler(handler: Callable[..., Any]) -> Callable[..., Any]:
    # Starlette runs a plain function in a thread and awaits the other, so the kind must stay.
    if is_async_callable(handler):

        @wraps(handler)
        async def watching(request: Any, error: Any) -> Any:
            at = _handled(handler, error)
            try:
                return await handler(request, error)
            except BaseException as other:
                _handler_failed(at, other)
                raise

    else:

        @wraps(handler)
        def watching(request: Any, error: Any) -> Any:
            at = _handled(handler, error)
            try:
                return handler(request, error)
            except BaseException as other:
                _handler_failed(at, other)
                raise

    return watching


def _handled(handler: Callable[..., Any], error: BaseException) -> int:
    recorder = current.get()
    if recorder is None:
        return -1
    note = f"{error_in_words(error)} from {recorder.came_from(error)}"
    return recorder.add("exception handler", called(handler), note)


def _handler_failed(at: int, error: BaseException) -> None:
    if recorder := current.get():
        recorder.fail(at, error)
