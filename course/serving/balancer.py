"""A load balancer for lessons: one address in front of several servers, on this machine."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from course.serving.server import Server, serve

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
# What belongs to one connection, or is worked out anew for the next one.
_OF_ONE_HOP = {
    "host",
    "connection",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "date",
    "server",
    "x-forwarded-for",  # a client's own word
}
_LENGTHS = {"content-length", "transfer-encoding"}  # one of them is there where a body is


Chosen = tuple[str, dict[str, str]]  # an address, "" for none, and the header that says which one it is


def load_balancer(*servers: Server, sticky: bool = False, current: Path | None = None) -> Server:
    """Serve a load balancer that hands each request to the next of `servers`, in turn (round robin).

    `sticky`: the first running server gets all requests, as one client's requests do where a balancer chooses
    by the client's address. A server that was stopped is left out; with none left the response is 503, and
    502 when a server ends in the middle. `current`: a file with the port of one server, read for each
    request, instead of `servers`. The header `x-served-by` of a response names the server, for example
    "server 2"; with `current`, `x-upstream` is its address.
    Raises CourseError when the balancer does not start.
    """
    choose = partial(_the_current, current) if current else partial(_next, servers, sticky, count())

    async def forward(request: Request) -> Response:
        address, named = choose()
        if not address:
            return Response("No server is running.", 503)
        try:
            response = await _sent_on(request, f"http://{address}")
        except httpx.TransportError:
            return Response("The server has gone.", 502)
        return Response(response.content, response.status_code, _kept(response.headers) | named)

    app = Starlette(routes=[Route("/{path:path}", forward, methods=_METHODS)])
    return serve(app, key="load balancer")


def _the_current(file: Path) -> Chosen:
    address = f"{Server.host}:{file.read_text('ascii').strip()}"
    return address, {"x-upstream": address}


def _next(servers: tuple[Server, ...], sticky: bool, turn: Iterator[int]) -> Chosen:
    running = [number for number, server in enumerate(servers) if server.running]
    if not running:
        return "", {}
    number = running[0] if sticky else running[next(turn) % len(running)]
    return f"{servers[number].host}:{servers[number].port}", {"x-served-by": f"server {number + 1}"}


async def _sent_on(request: Request, url: str) -> httpx.Response:
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{url}{request.url.path}{query}"
    headers = _kept(request.headers) | {"x-forwarded-for": request.client.host if request.client else ""}
    # As it comes: a slow upload is a request of the server from its beginning.
    body = request.stream() if _LENGTHS & set(request.headers) else None
    async with httpx.AsyncClient(timeout=60) as client:
        return await client.request(request.method, address, headers=headers, content=body)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_HOP}
