"""Comments over HTTP."""

from contextlib import suppress
from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from app.callers import LOGIN_OPTIONAL, OptionalCaller
from app.conversation import Conversation
from app.dependencies import CommentId, DbSession, DbSessions, PostId, WantedComments
from app.errors import Busy, NotFound, PostboardError, Unknown
from app.guards import Writer, anyone
from app.models import Comment
from app.problems import documented
from app.rates import not_too_often
from app.schemas.comments import CommentCreate, CommentList, CommentResponse
from app.services import comments
from app.settings import settings
from app.tokens import InvalidToken

router = APIRouter(tags=["comments"])


@router.post(
    "/posts/{post_id}/comments",
    status_code=201,
    response_model=CommentResponse,
    dependencies=[not_too_often],
    responses=documented(403, 404, 429),
)
async def add_comment(
    post_id: PostId, comment: CommentCreate, caller: Writer, session: DbSession
) -> Comment:
    return await comments.add_comment(
        session=session, post_id=post_id, caller=caller, content=comment.content
    )


@router.get(
    "/posts/{post_id}/comments",
    response_model=CommentList,
    dependencies=[anyone],
    responses=documented(404),
    openapi_extra=LOGIN_OPTIONAL,
)
async def list_comments(
    post_id: PostId, page: WantedComments, session: DbSession, caller: OptionalCaller
) -> comments.FoundComments:
    return await comments.find_comments(
        session=session, post_id=post_id, **page.model_dump(), caller=caller
    )


@router.put(
    "/comments/{comment_id}",
    response_model=CommentResponse,
    responses=documented(403, 404),
)
async def change_comment(
    comment_id: CommentId, comment: CommentCreate, caller: Writer, session: DbSession
) -> Comment:
    return await comments.change_comment(
        session=session, comment_id=comment_id, content=comment.content, caller=caller
    )


@router.delete(
    "/comments/{comment_id}", status_code=204, responses=documented(403, 404)
)
async def delete_comment(
    comment_id: CommentId, caller: Writer, session: DbSession
) -> None:
    await comments.delete_comment(session=session, comment_id=comment_id, caller=caller)


# Close codes: 1xxx are of RFC 6455, 3xxx stand in IANA's registry.
CODES: dict[type[Exception], int] = {
    Unknown: 3000,  # unauthorized: come again with a new token
    InvalidToken: 3000,
    NotFound: 3003,  # forbidden: do not come again
    TimeoutError: 3008,  # timeout
    ValidationError: 1008,  # policy violation: the program is wrong
    Busy: 1013,  # try again later
    OperationalError: 1013,
}


def is_ours(socket: WebSocket) -> bool:
    """Whether a page of ours asks. Programs that are no browsers send no Origin."""
    origin = socket.headers.get("origin")
    same = urlsplit(origin or "").netloc == socket.headers.get("host")
    return origin is None or same or origin in settings.cors_origins


@router.websocket("/posts/{post_id}/comments/live")
async def talk(socket: WebSocket, post_id: PostId, sessions: DbSessions) -> None:
    if not is_ours(socket):
        return await socket.close()  # before accept(): HTTP hears a 403
    await socket.accept()
    with suppress(WebSocketDisconnect):
        try:
            await Conversation(socket, post_id, sessions).hold()
        except tuple(CODES) as error:
            code = next(CODES[kind] for kind in CODES if isinstance(error, kind))
            why = str(error) if isinstance(error, PostboardError) else ""
            await socket.close(code, why)
