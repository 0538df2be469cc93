"""The history of a room."""

from typing import Any

from asyncpg import Pool, Record
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat.access import RANKS, entered, whole
from chat.auth import User, guarded
from chat.errors import problem
from chat.schemas import Page

MESSAGES = """
    SELECT m.number, u.name AS author, m.text, m.sent_at FROM messages m JOIN users u ON u.id = m.author_id
    WHERE m.room_id = $1
"""
BEFORE = MESSAGES + " AND m.number < $2 ORDER BY m.number DESC LIMIT $3"
AFTER = MESSAGES + " AND m.number > $2 ORDER BY m.number LIMIT $3"


def message_out(row: Record) -> dict[str, Any]:
    return {
        "number": row["number"],
        "author": row["author"],
        "text": row["text"],
        "sent_at": row["sent_at"].isoformat(),
        "deleted": row["text"] is None,
    }


async def read_after(pool: Pool, room_id: int, number: int, limit: int) -> list[dict[str, Any]]:
    return [message_out(row) for row in await pool.fetch(AFTER, room_id, number, limit)]


@guarded(query=Page)
async def history(request: Request, user: User) -> Response:
    pool: Pool = request.app.state.pool
    page: Page = request.state.query
    room = await entered(pool, request.path_params["id"], user)
    rows = await pool.fetch(BEFORE, room["id"], min(page.before, 2**31 - 1), page.limit + 1)
    items = [message_out(row) for row in rows[: page.limit]]
    return JSONResponse({"items": items, "next": items[-1]["number"] if len(rows) > page.limit else None})


@guarded()
async def delete(request: Request, user: User) -> Response:
    async with request.app.state.pool.acquire() as db, db.transaction():
        room = await entered(db, request.path_params["id"], user, lock=True)
        number = whole(request.path_params["number"])
        sql = "SELECT author_id, text FROM messages WHERE room_id = $1 AND number = $2"
        message = await db.fetchrow(sql, room["id"], number)
        if message is None:
            raise problem(404, "There is no such message.")
        if message["author_id"] != user.id and RANKS[room["role"]] < RANKS["moderator"]:
            raise problem(403, "Neither yours nor for you to delete.")
        sql = "UPDATE messages SET text = NULL WHERE room_id = $1 AND number = $2"
        await db.execute(sql, room["id"], number)
    if message["text"] is not None:
        request.app.state.hub.tell(room["id"], "deleted", number)
    return Response(status_code=204)
