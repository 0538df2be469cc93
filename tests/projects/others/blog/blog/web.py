"""What holds for each response: the form of errors, and front ends from other origins."""

from typing import Any

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from psycopg.errors import StatementTooComplex, UniqueViolation
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
PREFLIGHT = ANY_ORIGIN | {
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Requested-With",
    "Access-Control-Max-Age": "600",
}


class OpenToBrowsers:
    """Answers preflights, lets each origin read, and hands paths on as they were sent.

    As sent, and not decoded: a `/` in a name is no border then, see `models.InPath`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["method"] == "OPTIONS" and "Access-Control-Request-Method" in Headers(scope=scope):
            return await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(ANY_ORIGIN)
            await send(message)

        await self.app({**scope, "path": scope["raw_path"].decode("latin-1")}, receive, send_open)


def problem(status: int, name: str, text: str) -> HTTPException:
    """An error to raise."""
    return HTTPException(status, {name: [text]})


def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AnyHTTPException)
    errors = error.detail if isinstance(error.detail, dict) else {"request": [error.detail]}
    return JSONResponse({"errors": errors}, error.status_code, error.headers)


def wrong_fields(request: Request, error: Exception) -> Response:
    """Fields are named as in the request: of ("body", "article", "tagList", 2) that is "tagList"."""
    assert isinstance(error, RequestValidationError)
    errors: dict[str, list[str]] = {}
    for one in error.errors():
        place = [part for part in one["loc"][:3] if isinstance(part, str)]
        errors.setdefault(place[-1], []).append(one["msg"])
    return JSONResponse({"errors": errors}, 422)


def taken(request: Request, error: Exception) -> Response:
    """Only names and addresses can be taken: users_username_key, users_email_key."""
    assert isinstance(error, UniqueViolation)
    field = (error.diag.constraint_name or "").removeprefix("users_").removesuffix("_key")
    return JSONResponse({"errors": {field: ["is taken"]}}, 422)


def too_long(request: Request, error: Exception) -> Response:
    """Only a search of more than 10,000 words is."""
    return JSONResponse({"errors": {"search": ["is too long"]}}, 422)


def failure(request: Request, error: Exception) -> Response:
    return JSONResponse({"errors": {"server": ["has failed"]}}, 500)


HANDLERS: Any = {
    AnyHTTPException: http_error,
    RequestValidationError: wrong_fields,
    UniqueViolation: taken,
    StatementTooComplex: too_long,
    Exception: failure,
}
