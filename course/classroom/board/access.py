"""Who asks: a learner with a token, or the instructor with the key; as dependencies of routes."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Annotated

from fastapi import Cookie, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from course.classroom.board import learners
from course.classroom.board.database import Sessions
from course.classroom.board.errors import NotKnown, TooMany, WrongCode
from course.classroom.board.feed import Feed
from course.classroom.board.limits import Buckets
from course.classroom.board.settings import Settings, plain

COOKIE = "class_board"


@dataclass
class Rates:
    """What may be done how often. By address where nobody is known yet: a whole room may share one."""

    wrong_codes: Buckets = field(default_factory=lambda: Buckets(30, 0.5))
    wrong_tokens: Buckets = field(default_factory=lambda: Buckets(600, 5))
    wrong_keys: Buckets = field(default_factory=lambda: Buckets(10, 0.2))
    joins: Buckets = field(default_factory=lambda: Buckets(400, 2))
    requests: Buckets = field(default_factory=lambda: Buckets(30, 1))  # of one learner
    events: Buckets = field(default_factory=lambda: Buckets(1000, 5))  # of one learner


@dataclass(frozen=True)
class Board:
    """What the app holds while it runs."""

    settings: Settings
    sessions: Sessions
    feed: Feed
    rates: Rates = field(default_factory=Rates)


def get_board(request: Request) -> Board:
    """The board of this app."""
    board: Board = request.app.state.board
    return board


TheBoard = Annotated[Board, Depends(get_board)]


async def get_session(board: TheBoard) -> AsyncIterator[AsyncSession]:
    """A session for one request. Who writes commits; the rest is rolled back."""
    async with board.sessions() as session:
        yield session


DbSession = Annotated[AsyncSession, Depends(get_session, scope="function")]


def get_address(request: Request) -> str:
    """Where a request comes from, as far as it can be told."""
    return request.client.host if request.client else ""


Address = Annotated[str, Depends(get_address)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def check_code(board: Board, address: str, code: str) -> None:
    """Let a learner with the right code pass. Raises WrongCode, and TooMany after many wrong ones."""
    rates = board.rates
    if wait := rates.wrong_codes.empty(address) or rates.joins.take(address):
        raise TooMany("There were too many attempts to join from here. Wait a moment, then try again.", wait)
    if not compare_digest(plain(code).encode(), board.settings.code.encode()):
        rates.wrong_codes.take(address)
        raise WrongCode(
            "That is not the code of this room. Your instructor has it: eight letters and digits."
        )


async def get_learner(board: TheBoard, session: DbSession, bearer: Bearer, address: Address) -> int:
    """The id of the learner who asks. Raises NotKnown and TooMany."""
    if bearer is None:
        raise NotKnown("This needs the token that the board gave you. `course class join` gets one.")
    wrong = board.rates.wrong_tokens
    if wait := wrong.empty(address) or board.rates.requests.take(learners.hashed(bearer.credentials)):
        raise TooMany("That was too often. Nothing is lost: what waits is sent later.", wait)
    try:
        return await learners.by_token(session, bearer.credentials)
    except NotKnown:
        wrong.take(address)
        raise


CurrentLearner = Annotated[int, Depends(get_learner)]


def proof_of(key: str) -> str:
    """What the instructor's cookie holds: it proves that they had the key, and does not tell it."""
    return hashlib.sha256(f"board {key}".encode()).hexdigest()


def check_key(board: Board, address: str, key: str) -> None:
    """Let the instructor pass. Raises NotKnown, and TooMany after many wrong keys."""
    if wait := board.rates.wrong_keys.empty(address):
        raise TooMany("There were too many wrong keys from here. Wait a moment, then try again.", wait)
    if not compare_digest(key.encode(), board.settings.key.encode()):
        board.rates.wrong_keys.take(address)
        raise NotKnown(_NOT_YOURS)


def require_instructor(
    board: TheBoard, proof: Annotated[str, Cookie(alias=COOKIE, max_length=100)] = ""
) -> None:
    """Let a page pass that has shown the key. Raises NotKnown."""
    if not compare_digest(proof.encode(), proof_of(board.settings.key).encode()):
        raise NotKnown(_NOT_YOURS)


_NOT_YOURS = "This page is the instructor's. Open the link that `course class board` prints."
instructor = Depends(require_instructor)
