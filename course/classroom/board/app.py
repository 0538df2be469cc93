"""The board's app: learners append what they did, and the instructor's page sees it a moment later."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import async_sessionmaker

from course.classroom.board import events, learners
from course.classroom.board.access import (
    COOKIE,
    Address,
    Board,
    CurrentLearner,
    DbSession,
    TheBoard,
    check_code,
    check_key,
    instructor,
    proof_of,
)
from course.classroom.board.database import engine_of, make_tables
from course.classroom.board.errors import TooMany, add_handlers
from course.classroom.board.feed import Feed
from course.classroom.board.limits import BodyLimit
from course.classroom.board.schemas import Events, Join, Joined, Key, Taken
from course.classroom.board.settings import Settings

_PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
_DAY = 24 * 60 * 60
Lesson = Annotated[str, Query(pattern=r"^([1-9]\d?\.[1-9]\d?)?$")]
router = APIRouter()


@router.post("/join", status_code=201)
async def join(wish: Join, board: TheBoard, session: DbSession, address: Address) -> Joined:
    """A learner joins, and gets a token of their own."""
    check_code(board, address, wish.code)
    name, token = await learners.join(session, wish.name)
    return Joined(name=name, token=token)


@router.post("/events")
async def append_events(sent: Events, learner: CurrentLearner, board: TheBoard, session: DbSession) -> Taken:
    """A learner appends what they did: to their own events, and to nobody else's."""
    if wait := board.rates.events.take(str(learner), len(sent.events)):
        raise TooMany("These are too many events at once. Nothing is lost: what waits is sent later.", wait)
    return await events.append(session, learner, sent.events)


@router.delete("/me", status_code=204)
async def forget(learner: CurrentLearner, session: DbSession) -> None:
    """A learner takes back all that the board has of them."""
    await learners.forget(session, learner)


@router.get("/", response_class=HTMLResponse)
async def page() -> HTMLResponse:
    """The page, which holds nothing of the room yet."""
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(
        _PAGE.replace("NONCE", nonce),
        headers={
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.post("/session", status_code=204)
async def begin_session(sent: Key, board: TheBoard, request: Request, address: Address) -> Response:
    """The page shows the key of its link, and is known from then on."""
    check_key(board, address, sent.key)
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE,
        proof_of(sent.key),
        max_age=_DAY,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


@router.get("/stream", response_class=EventSourceResponse, dependencies=[instructor])
async def stream(board: TheBoard, lesson: Lesson = "") -> AsyncIterator[ServerSentEvent]:
    """Snapshots of a lesson, as often as something happens there; "" follows the room."""
    async for text in board.feed.snapshots(lesson):
        yield ServerSentEvent(raw_data=text)


def create_app(settings: Settings) -> FastAPI:
    """The app of one room."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = engine_of(settings.url)
        await make_tables(engine)
        sessions = async_sessionmaker(engine, expire_on_commit=False)
        feed = Feed(settings.url, sessions)
        app.state.board = Board(settings, sessions, feed)
        running = asyncio.create_task(feed.run())
        yield
        running.cancel()
        await engine.dispose()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit)
    add_handlers(app)
    app.include_router(router)
    return app
