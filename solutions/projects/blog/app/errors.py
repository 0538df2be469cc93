"""What goes wrong, and how clients hear of it: one form for all errors."""

from collections.abc import Sequence
from http.client import responses as phrases
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

Errors = dict[str, list[str]]


class BlogError(Exception):
    """Something Blog refuses to do, and what it is about."""

    status = 400

    def __init__(self, **errors: str) -> None:
        super().__init__(errors)
        self.errors: Errors = {name: [text] for name, text in errors.items()}


class Unknown(BlogError):
    """Nobody knows who is calling."""

    status = 401


class Forbidden(BlogError):
    status = 403


class NotFound(BlogError):
    status = 404


class Invalid(BlogError):
    status = 422


def taken(error: IntegrityError) -> Invalid:
    """What a client is told whose name or address somebody else has."""
    diag = getattr(error.orig, "diag", None)
    if diag is None or diag.sqlstate != "23505":  # unique_violation
        raise error
    field = "email" if diag.constraint_name == "users_email_key" else "username"
    return Invalid(**{field: "is taken"})


def refusal(status: int, errors: Errors, headers: Any = None) -> Response:
    return JSONResponse({"errors": errors}, status, headers)


def on_blog_error(_: Request, error: BlogError) -> Response:
    return refusal(error.status, error.errors)


def on_http_error(_: Request, error: HTTPException) -> Response:
    return refusal(error.status_code, {"request": [str(error.detail)]}, error.headers)


def field(where: Sequence[int | str]) -> str:
    """What a client calls the place of an error: the email of body.user.email."""
    source, *names = where
    names = [name for name in names if isinstance(name, str)]
    return str([source, *names][:3][-1])


def on_invalid(_: Request, error: RequestValidationError) -> Response:
    errors: Errors = {}
    for each in error.errors():
        text = each["msg"]
        errors.setdefault(field(each["loc"]), []).append(text[0].lower() + text[1:])
    return refusal(422, errors)


def on_no_database(_: Request, error: Exception) -> Response:
    text = "The database is busy or gone."
    return refusal(503, {"server": [text]}, {"Retry-After": "1"})


def on_crash(_: Request, error: Exception) -> Response:
    return refusal(500, {"server": [phrases[500]]})


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(BlogError)(on_blog_error)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid)
    app.exception_handler(OperationalError)(on_no_database)
    app.exception_handler(NoConnection)(on_no_database)
    app.exception_handler(Exception)(on_crash)
