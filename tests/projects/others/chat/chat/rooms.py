"""Rooms, their members, their bans."""

from typing import Any

from asyncpg import Pool, Record
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat import settings
from chat.access import entered, member_only, outrank, target, visible
from chat.auth import User, guarded
from chat.errors import problem
from chat.schemas import MemberChange, NewRoom, body

MEMBERS = """
    SELECT u.name, m.role, m.muted,
        EXISTS (SELECT FROM online o WHERE o.room_id = m.room_id AND o.user_id = m.user_id) AS online
    FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.room_id = $1 AND ($2::bigint IS NULL OR m.user_id = $2) ORDER BY u.name
"""
MINE = """
    SELECT r.id, r.name, r.private, o.name AS owner, r.latest
    FROM members m JOIN rooms r ON r.id = m.room_id JOIN users o ON o.id = r.owner_id
    WHERE m.user_id = $1 ORDER BY r.id
"""


def room_out(room: Record) -> dict[str, Any]:
    return {key: room[key] for key in ("id", "name", "private", "owner", "latest")}


async def member_out(db: Any, room: Record, user_id: int) -> Response:
    return JSONResponse(dict(await db.fetchrow(MEMBERS, room["id"], user_id)))


def pool(request: Request) -> Pool:
    return request.app.state.pool


def people_changed(request: Request, room: Record) -> None:
    request.app.state.hub.tell(room["id"], "people")


@guarded(takes_body=True)
async def create(request: Request, user: User) -> Response:
    new = await body(request, NewRoom)
    async with pool(request).acquire() as db, db.transaction():
        await db.execute("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", user.id)
        owned = await db.fetchval("SELECT count(*) FROM rooms WHERE owner_id = $1", user.id)
        if owned >= settings.OWNED_ROOMS:
            raise problem(409, "You own too many rooms.")
        sql = "INSERT INTO rooms (name, private, owner_id) VALUES ($1, $2, $3) RETURNING id"
        id = await db.fetchval(sql, new.name, new.private, user.id)
        await db.execute("INSERT INTO members (room_id, user_id, role) VALUES ($1, $2, 'owner')", id, user.id)
    content = {"id": id, "name": new.name, "private": new.private, "owner": user.name, "latest": 0}
    return JSONResponse(content, 201, {"Location": f"/rooms/{id}"})


@guarded()
async def mine(request: Request, user: User) -> Response:
    return JSONResponse({"items": [dict(row) for row in await pool(request).fetch(MINE, user.id)]})


@guarded()
async def show(request: Request, user: User) -> Response:
    return JSONResponse(room_out(await visible(pool(request), request.path_params["id"], user)))


@guarded()
async def members(request: Request, user: User) -> Response:
    room = await entered(pool(request), request.path_params["id"], user)
    return JSONResponse(
        {"items": [dict(row) for row in await pool(request).fetch(MEMBERS, room["id"], None)]}
    )


@guarded()
async def add_member(request: Request, user: User) -> Response:
    """Join or invite."""
    async with pool(request).acquire() as db, db.transaction():
        room = await visible(db, request.path_params["id"], user, lock=True)
        other = await target(db, room, request.path_params["name"])
        if other["id"] != user.id and room["role"] not in ("owner", "moderator"):
            raise problem(403, "Only the owner and moderators may invite.")
        if other["banned"]:
            raise problem(403, "They are banned.")
        sql = "INSERT INTO members (room_id, user_id, role) VALUES ($1, $2, 'member') ON CONFLICT DO NOTHING"
        await db.execute(sql, room["id"], other["id"])
        return await member_out(db, room, other["id"])


@guarded(takes_body=True)
async def change_member(request: Request, user: User) -> Response:
    change = await body(request, MemberChange)
    async with pool(request).acquire() as db, db.transaction():
        room = await entered(db, request.path_params["id"], user, lock=True)
        other = await target(db, room, request.path_params["name"])
        member_only(other)
        outrank(room, other)
        if change.role is not None and room["role"] != "owner":
            raise problem(403, "Only the owner changes roles.")
        sql = """UPDATE members SET role = coalesce($3, role), muted = coalesce($4, muted)
                 WHERE room_id = $1 AND user_id = $2"""
        await db.execute(sql, room["id"], other["id"], change.role, change.muted)
        return await member_out(db, room, other["id"])


@guarded()
async def remove_member(request: Request, user: User) -> Response:
    """Leave or kick."""
    async with pool(request).acquire() as db, db.transaction():
        room = await entered(db, request.path_params["id"], user, lock=True)
        other = await target(db, room, request.path_params["name"])
        if other["id"] != user.id:
            member_only(other)
            outrank(room, other)
        elif room["role"] == "owner":
            raise problem(409, "The owner cannot leave.")
        await db.execute("DELETE FROM members WHERE room_id = $1 AND user_id = $2", room["id"], other["id"])
    people_changed(request, room)
    return Response(status_code=204)


@guarded()
async def change_ban(request: Request, user: User) -> Response:
    """PUT bans, DELETE lifts the ban."""
    async with pool(request).acquire() as db, db.transaction():
        room = await entered(db, request.path_params["id"], user, lock=True)
        other = await target(db, room, request.path_params["name"])
        outrank(room, other)
        ids = room["id"], other["id"]
        if request.method == "DELETE":
            await db.execute("DELETE FROM bans WHERE room_id = $1 AND user_id = $2", *ids)
        else:
            await db.execute("INSERT INTO bans VALUES ($1, $2) ON CONFLICT DO NOTHING", *ids)
            await db.execute("DELETE FROM members WHERE room_id = $1 AND user_id = $2", *ids)
    people_changed(request, room)
    return Response(status_code=204)
