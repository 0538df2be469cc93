"""What goes wrong, in the app's own words, and the one form in which clients hear of it."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class PostboardError(Exception):
    """Something the app refuses to do; subclasses say what, and with which status."""

    status = 400
    title = "Bad request"


class NotFound(PostboardError):
    status = 404
    title = "Not found"


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    """An error as clients see it, always with the same keys (the form of RFC 9457)."""
    body = {"title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def on_postboard_error(request: Request, error: PostboardError) -> JSONResponse:
    return problem(error.status, error.title, str(error))


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
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid_request)
    app.exception_handler(Exception)(on_crash)
