"""Each error is an application/problem+json."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

log = logging.getLogger(__name__)


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def busy(detail: str) -> HTTPException:
    return HTTPException(503, detail, {"Retry-After": "1"})


async def on_http(_: Request, error: HTTPException) -> JSONResponse:
    return problem(error.status_code, error.detail, error.headers)


async def on_invalid(_: Request, error: RequestValidationError | ValidationError) -> JSONResponse:
    """Says where and what, and repeats nothing of what was sent: it may be no text at all."""
    found = (f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['type']}" for e in error.errors()[:5])
    return problem(422, "; ".join(found).encode("ascii", "replace").decode())


async def on_database(_: Request, error: psycopg.OperationalError) -> JSONResponse:
    """No connection became free in time, or it broke: nothing was done."""
    log.warning("database: %s", error)
    return problem(503, "The shop is busy.", {"Retry-After": "1"})


async def on_bug(_: Request, __: Exception) -> JSONResponse:
    return problem(500, "Something went wrong.")


def install(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, on_http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, on_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(ValidationError, on_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(psycopg.OperationalError, on_database)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, on_bug)
