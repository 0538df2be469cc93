"""What goes wrong, and how clients hear of it: one form for all errors."""

from http.client import responses as phrases

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

PROBLEM = "application/problem+json"


class ShopError(Exception):
    """Something the shop refuses to do."""

    status = 400


class Unknown(ShopError):
    """Nobody knows who is calling."""

    status = 401


class Forbidden(ShopError):
    status = 403


class NotFound(ShopError):
    status = 404


class Conflict(ShopError):
    status = 409


class Invalid(ShopError):
    status = 422


class Unavailable(ShopError):
    """Somebody whom we need does not answer."""

    status = 503


# What a response with this status says beside its body.
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None
) -> Response:
    title = phrases.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers or HEADERS.get(status), PROBLEM)


def on_shop_error(_: Request, error: ShopError) -> Response:
    return problem(error.status, str(error))


def on_http_error(_: Request, error: HTTPException) -> Response:
    status = 422 if error.status_code == 400 else error.status_code  # no JSON
    return problem(status, str(error.detail), dict(error.headers or {}))


def on_invalid(_: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(422, f"{where}: {first['msg']}")


def on_broken_constraint(_: Request, error: IntegrityError) -> Response:
    if isinstance(error.orig, UniqueViolation):
        return problem(409, "This is already there.")
    return problem(422, "The database refused these values.")


def on_no_database(_: Request, error: OperationalError | NoConnection) -> Response:
    return problem(503, "The database is busy. Try again in a moment.")


def on_crash(_: Request, error: Exception) -> Response:
    return problem(500, "Something broke on our side.")


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(ShopError)(on_shop_error)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid)
    app.exception_handler(IntegrityError)(on_broken_constraint)
    app.exception_handler(OperationalError)(on_no_database)
    app.exception_handler(NoConnection)(on_no_database)
    app.exception_handler(Exception)(on_crash)
