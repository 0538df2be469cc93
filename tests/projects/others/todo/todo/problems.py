"""Errors: all of them are answered as application/problem+json."""

from collections.abc import Mapping
from http import HTTPStatus

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Problem(Exception):
    """Ends a request, and takes back what it has changed."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def unauthorized(detail: str = "A valid token is needed.") -> Problem:
    """A 401, not saying why."""
    return Problem(401, detail)


def not_found() -> Problem:
    """The task does not exist, or belongs to somebody else."""
    return Problem(404, "There is no such task.")


def problem_response(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """The one form of an error."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    extra = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, {**(headers or {}), **extra}, "application/problem+json")


def on_problem(request: Request, error: Exception) -> Response:
    """What this project raises."""
    assert isinstance(error, Problem)
    return problem_response(error.status, error.detail)


def on_http(request: Request, error: Exception) -> Response:
    """What Starlette raises: 404, 405, a form that is none."""
    assert isinstance(error, HTTPException)
    return problem_response(error.status_code, error.detail, error.headers)


def on_invalid(request: Request, error: Exception) -> Response:
    """What pydantic raises."""
    assert isinstance(error, ValidationError)
    found = (
        f"{'.'.join(map(str, each['loc'])) or 'request'}: {each['msg']}"
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    )
    return problem_response(422, "; ".join(found))


def on_failure(request: Request, error: Exception) -> Response:
    """A mistake of this project: the log has it."""
    return problem_response(500, "The server has made a mistake.")


HANDLERS = {
    Problem: on_problem,
    HTTPException: on_http,
    ValidationError: on_invalid,
    Exception: on_failure,
}
