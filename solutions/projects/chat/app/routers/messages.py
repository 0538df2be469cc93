"""Messages: the history over HTTP, the rest over a WebSocket."""

from contextlib import suppress
from typing import Annotated, Any

from anyio import move_on_after
from fastapi import APIRouter, Path, Query, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from app.callers import Caller
from app.conversation import Conversation
from app.database import DbSession
from app.errors import Busy, ChatError, Forbidden, Restart, Unknown
from app.routers.rooms import RoomId
from app.schemas import MOST, MessageList, WantedMessages
from app.services import messages

router = APIRouter(prefix="/rooms/{room_id}", tags=["messages"])
Number = Annotated[int, Path(ge=1, le=MOST)]


@router.get("/messages", response_model=MessageList)
async def list_messages(
    room_id: RoomId,
    wanted: Annotated[WantedMessages, Query()],
    caller: Caller,
    session: DbSession,
) -> Any:
    items, following = await messages.page(
        session, room_id, caller, **wanted.model_dump()
    )
    return {"items": items, "next": following}


@router.delete("/messages/{number}", status_code=204)
async def delete_message(
    room_id: RoomId, number: Number, caller: Caller, session: DbSession
) -> None:
    await messages.delete_message(session, room_id, caller, number)


# Close codes: 1xxx are of RFC 6455, 3xxx stand in IANA's registry.
CODES: dict[type[Exception], int] = {
    Unknown: 3000,  # come again with a new token
    Forbidden: 3003,  # do not come again
    TimeoutError: 3008,
    ValidationError: 1008,  # the program is wrong
    Restart: 1012,
    Busy: 1013,  # try again later
    OperationalError: 1013,
}


@router.websocket("/live")
async def talk(socket: WebSocket, room_id: int) -> None:
    await socket.accept()  # a browser's page sees no status of one that is refused
    with suppress(WebSocketDisconnect):
        try:
            await Conversation(socket, room_id).hold()
        except tuple(CODES) as error:
            code = next(CODES[kind] for kind in CODES if isinstance(error, kind))
            why = str(error) if isinstance(error, ChatError) else ""
            with move_on_after(1):  # a client that does not read takes no close either
                await socket.close(code, why)
