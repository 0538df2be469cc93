"""What goes wrong, and how clients hear of it: one form for all errors."""

from http.client import responses as phrases

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

PROBLEM = "application/problem+json"


class TodoError(Exception):
    """Something Todo refuses to do."""

    status = 400


class NotFound(TodoError):
    status = 404


class Conflict(TodoError):
    status = 409


class Outdated(TodoError):
    status = 412


class Invalid(TodoError):
    status = 422


class Unknown(TodoError):
    """Nobody knows who is calling."""

    status = 401


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None
) -> Response:
    title = phrases.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, PROBLEM)


def on_todo_error(_: Request, error: TodoError) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return problem(error.status, str(error), headers)


def on_http_error(_: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code in (204, 304):  # these have no body
        return Response(status_code=error.status_code, headers=headers)
    return problem(error.status_code, str(error.detail), headers)


def on_invalid(_: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(422, f"{where}: {first['msg']}")


def on_no_database(_: Request, error: OperationalError) -> Response:
    return problem(503, "The database is busy or gone.", {"Retry-After": "1"})


def on_crash(_: Request, error: Exception) -> Response:
    return problem(500, "Something broke on our side.")


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(TodoError)(on_todo_error)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid)
    app.exception_handler(OperationalError)(on_no_database)
    app.exception_handler(Exception)(on_crash)
