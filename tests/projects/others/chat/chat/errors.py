"""Each error is a problem, in one form."""

from http import HTTPStatus

import asyncpg
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

# What is raised while the database is away or does not answer.
AWAY = (
    OSError,  # a TimeoutError, too
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


def problem(status: int, detail: str) -> HTTPException:
    """To be raised."""
    return HTTPException(status, detail)


def respond(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    headers = dict(headers or {})
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(content, status, headers, media_type="application/problem+json")


async def on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return respond(error.status_code, error.detail, dict(error.headers or {}))


async def on_away(_: Request, error: Exception) -> Response:
    return respond(503, "The database is away; try again.")


async def on_bug(_: Request, error: Exception) -> Response:
    return respond(500, "That should not have happened.")


HANDLERS = {HTTPException: on_http, Exception: on_bug} | dict.fromkeys(AWAY, on_away)
