"""A load balancer for lessons: one address in front of several servers, on this machine."""

from collections.abc import Mapping
from itertools import count

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
}


def load_balancer(*servers: Server, sticky: bool = False) -> Server:
    """Serve a load balancer that hands each request to the next of `servers`, in turn (round robin).

    `sticky`: the first running server gets all requests, as one client's requests do where a balancer chooses
    by the client's address. A server that was stopped is left out; with none left the response is 503. The
    header `x-served-by` of a response names the server, for example "server 2".
    Raises CourseError when the balancer does not start.
    """
    turn = count()

    async def forward(request: Request) -> Response:
        running = [number for number, server in enumerate(servers) if server.running]
        if not running:
            return Response("No server is running.", 503)
        number = running[0] if sticky else running[next(turn) % len(running)]
        response = await _sent_on(request, servers[number].url)
        headers = _kept(response.headers) | {"x-served-by": f"server {number + 1}"}
        return Response(response.content, response.status_code, headers)

    app = Starlette(routes=[Route("/{path:path}", forward, methods=_METHODS)])
    return serve(app, key="load balancer")


async def _sent_on(request: Request, url: str) -> httpx.Response:
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{url}{request.url.path}{query}"
    async with httpx.AsyncClient() as client:
        return await client.request(
            request.method, address, headers=_kept(request.headers), content=await request.body()
        )


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_HOP}
