"""How clients hear of errors over HTTP: one form for all."""

from http.client import responses as phrases

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from app.errors import ChatError

PROBLEM = "application/problem+json"


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None
) -> Response:
    title = phrases.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, PROBLEM)


async def on_chat_error(_: Request, error: ChatError) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return problem(error.status, str(error), headers)


async def on_http_error(_: Request, error: HTTPException) -> Response:
    return problem(error.status_code, str(error.detail), dict(error.headers or {}))


async def on_invalid(_: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(422, f"{where}: {first['msg']}")


async def on_no_database(_: Request, error: OperationalError) -> Response:
    return problem(503, "The database is busy or gone.", {"Retry-After": "1"})


async def on_crash(_: Request, error: Exception) -> Response:
    return problem(500, "Something broke on our side.")


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(ChatError)(on_chat_error)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid)
    app.exception_handler(OperationalError)(on_no_database)
    app.exception_handler(Exception)(on_crash)
