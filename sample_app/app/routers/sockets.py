"""Comments under a post, live."""

from contextlib import suppress
from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from app.conversation import Conversation
from app.dependencies import DbSessions, PostId
from app.errors import Busy, NotFound, PostboardError, Unknown
from app.settings import settings

router = APIRouter()

# Close codes: 1xxx are of RFC 6455, 3xxx stand in IANA's registry.
CODES: dict[type[Exception], int] = {
    Unknown: 3000,  # unauthorized: get a new token, come again
    NotFound: 3003,  # forbidden: do not come again
    TimeoutError: 3008,  # timeout
    ValidationError: 1008,  # policy violation: the program is wrong
    Busy: 1013,  # try again later
    OperationalError: 1013,
    NoConnection: 1013,
}


def ending(error: Exception) -> tuple[int, str]:
    """Code and reason for a client. Other people's errors may hold secrets: no reason."""
    code = next(code for kind, code in CODES.items() if isinstance(error, kind))
    return code, str(error) if isinstance(error, PostboardError) else ""


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
            await socket.close(*ending(error))
