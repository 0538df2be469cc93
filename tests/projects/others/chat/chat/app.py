"""The application: `python -m chat` serves it."""

import contextlib
from collections.abc import AsyncIterator

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from chat import auth, messages, rooms, settings
from chat.errors import HANDLERS
from chat.hub import Hub
from chat.live import live


async def health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    url = settings.database_url()
    async with asyncpg.create_pool(url, min_size=1, max_size=8, timeout=5, command_timeout=10) as pool:
        app.state.pool = pool
        app.state.hub = Hub(pool)
        await app.state.hub.start()
        yield
        await app.state.hub.stop()


ROUTES = [
    Route("/health", health),
    Route("/auth/register", auth.register, methods=["POST"]),
    Route("/auth/token", auth.login, methods=["POST"]),
    Route("/me", auth.me),
    Route("/rooms", rooms.create, methods=["POST"]),
    Route("/rooms", rooms.mine),
    Route("/rooms/{id}", rooms.show),
    Route("/rooms/{id}/members", rooms.members),
    Route("/rooms/{id}/members/{name}", rooms.add_member, methods=["PUT"]),
    Route("/rooms/{id}/members/{name}", rooms.change_member, methods=["PATCH"]),
    Route("/rooms/{id}/members/{name}", rooms.remove_member, methods=["DELETE"]),
    Route("/rooms/{id}/bans/{name}", rooms.change_ban, methods=["PUT", "DELETE"]),
    Route("/rooms/{id}/messages", messages.history),
    Route("/rooms/{id}/messages/{number}", messages.delete, methods=["DELETE"]),
    WebSocketRoute("/rooms/{id}/live", live),
]
app = Starlette(routes=ROUTES, exception_handlers=HANDLERS, lifespan=lifespan)
app.router.redirect_slashes = False
