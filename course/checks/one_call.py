"""Requests of a TestClient that cost a third: all that the app does for one is a single call into its loop.

Starlette's own TestClient makes eight such calls for each request, and starts a loop and a thread for each
where no `with` block gave it one. httpx2's AsyncClient was considered: checks and answers have a TestClient.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal
    from httpx2 import Request, Response


@contextmanager
def one_call_each() -> Iterator[None]:
    """Let each request of a TestClient be one call, during one expectation.

    Without a `with` block of their own, requests from this thread share a loop. Those from other threads have
    one each, as ever: requests that run at once must not wait for each other in a blocked loop. WebSockets
    are as ever, too.
    """
    module = sys.modules.get("starlette.testclient")
    if module is None:  # nobody asks an app
        yield
        return
    import pytest

    original, shared = module._TestClientTransport.handle_request, _SharedLoop()

    def handle(transport: Any, request: "Request") -> "Response":
        if request.url.scheme in ("ws", "wss"):
            return original(transport, request)
        with ExitStack() as stack:
            own = stack.enter_context(transport.portal_factory()) if not shared.serves(transport) else None
            return _asked(transport, request, own or shared.portal())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module._TestClientTransport, "handle_request", handle)
        try:
            yield
        finally:
            shared.close()


class _SharedLoop:
    """The loop of the requests that have none of their own; it is started by the first of them."""

    def __init__(self) -> None:
        self._thread = threading.current_thread()
        self._open = ExitStack()
        self._portal: BlockingPortal | None = None

    def serves(self, transport: Any) -> bool:
        client = getattr(transport.portal_factory, "__self__", None)
        return threading.current_thread() is self._thread and client is not None and client.portal is None

    def portal(self) -> "BlockingPortal":
        from anyio.from_thread import start_blocking_portal

        if self._portal is None:
            self._portal = self._open.enter_context(start_blocking_portal())
        return self._portal

    def close(self) -> None:
        with suppress(RuntimeError):  # its thread was stopped, because the time was up
            self._open.close()


def _asked(transport: Any, request: "Request", portal: "BlockingPortal") -> "Response":
    from httpx2 import ASGITransport, ByteStream, Response

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await transport.app(scope | {"state": transport.app_state.copy()}, receive, send)

    asgi = ASGITransport(app, transport.raise_server_exceptions, transport.root_path, transport.client)

    async def whole() -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        response = await asgi.handle_async_request(request)
        return response.status_code, response.headers.raw, await response.aread()

    request.read()  # a body that is made bit by bit
    status, headers, body = portal.call(whole)
    return Response(status, headers=headers, stream=ByteStream(body), request=request)
