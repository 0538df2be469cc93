"""What the board refuses: each as a status and a sentence that says what to do."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class Refusal(Exception):
    """A request that the board does not serve; `retry_after`: in so many seconds it might."""

    status = 400

    def __init__(self, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.retry_after = sentence, retry_after


class NotKnown(Refusal):
    """No token, a wrong one, or no key."""

    status = 401


class WrongCode(Refusal):
    """The code is not this room's."""

    status = 403


class NotFree(Refusal):
    """The name is taken, or the room is full."""

    status = 409


class TooLarge(Refusal):
    """A body of too many bytes."""

    status = 413


class TooMany(Refusal):
    """Too often."""

    status = 429


def add_handlers(app: FastAPI) -> None:
    """Every refusal has one form: {"detail": "a sentence"}."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    for error in (DBAPIError, PoolTimeout, OSError):
        app.add_exception_handler(error, _away)


def response(problem: Refusal) -> JSONResponse:
    """The response that a refusal is."""
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"detail": problem.sentence}, problem.status, headers)


async def _refused(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Refusal)
    return response(problem)


async def _malformed(_: Request, problem: Exception) -> JSONResponse:
    """The first error of a body alone, without the value: a refusal must not carry it back into a log."""
    assert isinstance(problem, RequestValidationError)
    first = problem.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "the body"
    return JSONResponse({"detail": f"The board cannot take this: {where}: {first['msg']}."}, 422)


async def _away(_: Request, __: Exception) -> JSONResponse:
    sentence = "The board does not reach its database at the moment. Nothing is lost: send it again later."
    return JSONResponse({"detail": sentence}, 503, {"Retry-After": "5"})
