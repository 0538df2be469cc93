"""What a client sends after its hello, and what it is answered."""

from pydantic import ValidationError
from pydantic_core import from_json

from chat.errors import AWAY
from chat.hub import End, Hub
from chat.room import Connection, frame
from chat.schemas import CLIENT_ID, FRAME, Ack, Send

ACK = """
    UPDATE members m SET acked = greatest(acked, $3) FROM rooms r
    WHERE m.room_id = $1 AND m.user_id = $2 AND r.id = m.room_id AND r.latest >= $3 RETURNING acked
"""


async def answer(connection: Connection, hub: Hub, text: str) -> None:
    try:
        received = FRAME.validate_json(text)
    except ValidationError as error:
        _error(connection, "invalid", error.errors()[0]["msg"], _client_id(text))
        return
    if isinstance(received, Send):
        await _send(connection, hub, received)
    elif isinstance(received, Ack):
        await _ack(connection, hub, received)
    else:
        hub.tell(connection.room.id, "typing", connection.user.name)


def _client_id(text: str) -> str | None:
    """That of a `send` with a valid one."""
    try:
        found = from_json(text)
        return CLIENT_ID.validate_python(found["client_id"]) if found["type"] == "send" else None
    except (ValueError, TypeError, KeyError):
        return None


def _error(connection: Connection, code: str, detail: str, client_id: str | None = None) -> None:
    more = {} if client_id is None else {"client_id": client_id}
    connection.push(frame("error", code=code, detail=detail, **more))


async def _send(connection: Connection, hub: Hub, send: Send) -> None:
    sql = "SELECT outcome, stored FROM store_message($1, $2, $3, $4)"
    try:
        row = await hub.pool.fetchrow(sql, connection.room.id, connection.user.id, send.client_id, send.text)
    except AWAY:
        _error(connection, "busy", "Send it again.", send.client_id)
        return
    if row["outcome"] == "gone":
        raise End(3003)
    if row["outcome"] != "stored":
        _error(connection, row["outcome"], "Not stored.", send.client_id)
        return
    connection.push(frame("stored", client_id=send.client_id, number=row["stored"]))
    hub.tell(connection.room.id, "message")


async def _ack(connection: Connection, hub: Hub, ack: Ack) -> None:
    try:
        acked = await hub.pool.fetchval(ACK, connection.room.id, connection.user.id, ack.number)
    except AWAY:
        _error(connection, "busy", "Acknowledge it again.")
        return
    if acked is None:
        _error(connection, "invalid", "No message has this number.")
    else:
        connection.push(frame("acked", number=acked))
