"""What goes wrong, in the app's own words, and the one form in which clients hear of it."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg2.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException


class PostboardError(Exception):
    """Something the app refuses to do. It knows nothing of HTTP; `ANSWERS` does."""


class NotFound(PostboardError):
    """There is no such thing."""


class Conflict(PostboardError):
    """It clashes with what is there, or with a rule."""


class Unknown(PostboardError):
    """Nobody knows who is calling."""


class Forbidden(PostboardError):
    """The caller is known, and may not."""


class Busy(PostboardError):
    """Too much at once."""


# The translation into HTTP, in one place.
ANSWERS: dict[type, tuple[int, str]] = {
    NotFound: (404, "Not found"),
    Conflict: (409, "Conflict"),
    Unknown: (401, "Unknown caller"),
    Forbidden: (403, "Forbidden"),
    Busy: (503, "Busy"),
    PostboardError: (400, "Bad request"),
}


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    """An error as clients see it, always with the same keys (the form of RFC 9457)."""
    body = {"title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def on_postboard_error(request: Request, error: PostboardError) -> JSONResponse:
    kind = next(each for each in type(error).__mro__ if each in ANSWERS)
    status, title = ANSWERS[kind]
    response = problem(status, title, str(error))
    if status == 401:  # HTTP wants to hear how to do better
        response.headers["WWW-Authenticate"] = "APIKey"
    return response


def is_duplicate(error: IntegrityError) -> bool:
    """Whether the database refused a row because its key, or a unique value, is taken."""
    return isinstance(error.orig, UniqueViolation)


def on_broken_constraint(request: Request, error: IntegrityError) -> JSONResponse:
    if is_duplicate(error):
        return problem(409, "Conflict", "This is already there.")
    return problem(422, "Invalid request", "The database refused these values.")


def on_no_database(
    request: Request, error: OperationalError | NoConnection
) -> JSONResponse:
    return problem(503, "Busy", "The database is busy. Try again in a moment.")


def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
    response = problem(error.status_code, "Request refused", str(error.detail))
    response.headers.update(error.headers or {})
    return response


def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
    errors = [{"where": each["loc"], "what": each["msg"]} for each in error.errors()]
    return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


def on_crash(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "Server error", "Something broke on our side.")


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(PostboardError)(on_postboard_error)
    app.exception_handler(IntegrityError)(on_broken_constraint)
    app.exception_handler(OperationalError)(on_no_database)
    app.exception_handler(NoConnection)(on_no_database)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid_request)
    app.exception_handler(Exception)(on_crash)
