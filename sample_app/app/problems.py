"""Errors, as clients hear of them."""

from http.client import responses as phrases
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from app.errors import (
    BadToken,
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Outdated,
    PostboardError,
    TooMany,
    Unknown,
    is_duplicate,
)
from app.logs import log
from app.schemas.problem import Problem

KINDS = "https://postboard.example/problems/"
PROBLEM = "application/problem+json"
MOST_ERRORS = 20  # a body can hold thousands of wrong values


# The translation into HTTP, in one place.
ANSWERS: dict[type, tuple[int, str]] = {
    NotFound: (404, "not-found"),
    Conflict: (409, "conflict"),
    Outdated: (412, "outdated"),
    Invalid: (422, "invalid-request"),
    Unknown: (401, "unknown-caller"),
    Forbidden: (403, "forbidden"),
    TooMany: (429, "too-many-attempts"),
    Busy: (503, "busy"),
    PostboardError: (400, "bad-request"),
}


def problem(status: int, kind: str, detail: str, **more: Any) -> JSONResponse:
    """An error as clients see it, always with the same keys (the form of RFC 9457)."""
    title = kind.replace("-", " ").capitalize()
    body = Problem(type=KINDS + kind, title=title, status=status, detail=detail, **more)
    response = JSONResponse(body.model_dump(mode="json"), status, media_type=PROBLEM)
    if status == 503:
        response.headers["Retry-After"] = "1"  # seconds
    return response


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a path operation: the errors that it may answer with."""
    content = {PROBLEM: {"schema": Problem.model_json_schema()}}
    return {
        status: {"description": phrases[status], "content": content}
        for status in statuses
    }


def on_postboard_error(request: Request, error: PostboardError) -> JSONResponse:
    known = (ANSWERS[each] for each in type(error).__mro__ if each in ANSWERS)
    status, kind = next(known)
    response = problem(status, kind, str(error))
    if status == 401:  # HTTP wants to know how to authenticate
        why = ' error="invalid_token"' if isinstance(error, BadToken) else ""
        response.headers["WWW-Authenticate"] = "Bearer" + why
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def on_broken_constraint(request: Request, error: IntegrityError) -> JSONResponse:
    if is_duplicate(error):
        return problem(409, "conflict", "This is already there.")
    if isinstance(error.orig, ForeignKeyViolation):
        return problem(404, "not-found", "What this belongs to is gone.")
    return problem(422, "invalid-request", "The database refused these values.")


def on_stale(request: Request, error: StaleDataError) -> JSONResponse:
    return problem(404, "not-found", "It was deleted at the same moment.")


def on_no_database(
    request: Request, error: OperationalError | NoConnection
) -> JSONResponse:
    cause = getattr(error, "orig", None) or error
    log.warning("no database", cause=str(cause).splitlines()[0])
    return problem(503, "busy", "The database is busy. Try again in a moment.")


def on_http_error(request: Request, error: HTTPException) -> Response:
    """What the framework refuses, an unknown path for example: its status says it all."""
    status, headers = error.status_code, error.headers
    if status == 400 and error.__cause__:  # FastAPI's own, for a body it cannot decode
        return problem(422, "invalid-request", "The body is not JSON in UTF-8.")
    if status in (204, 304):  # these have no body
        return Response(status_code=status, headers=headers)
    title = phrases.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status}
    if isinstance(error.detail, str):
        body["detail"] = error.detail
    else:  # the standard wants text in `detail`
        body |= {"detail": title, "info": error.detail}
    return JSONResponse(body, status, headers, PROBLEM)


def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
    found = error.errors()[:MOST_ERRORS]
    errors = [{"where": each["loc"], "what": each["msg"]} for each in found]
    text = "Some values are not valid."
    return problem(422, "invalid-request", text, errors=errors)


def on_crash(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "server-error", "Something broke on our side.")


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(PostboardError)(on_postboard_error)
    app.exception_handler(IntegrityError)(on_broken_constraint)
    app.exception_handler(StaleDataError)(on_stale)
    app.exception_handler(OperationalError)(on_no_database)
    app.exception_handler(NoConnection)(on_no_database)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid_request)
    app.exception_handler(Exception)(on_crash)
