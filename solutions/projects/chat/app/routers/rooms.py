"""Rooms and their members over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from app.callers import Caller
from app.database import DbSession
from app.schemas import (
    MOST,
    MemberList,
    MemberResponse,
    MemberUpdate,
    RoomCreate,
    RoomList,
    RoomResponse,
)
from app.services import members, rooms

router = APIRouter(prefix="/rooms", tags=["rooms"])
RoomId = Annotated[int, Path(ge=1, le=MOST)]


@router.post("", status_code=201, response_model=RoomResponse)
async def create_room(
    sent: RoomCreate,
    caller: Caller,
    session: DbSession,
    request: Request,
    response: Response,
) -> Any:
    room = await rooms.create_room(session, caller, sent.name, sent.private)
    where = request.app.url_path_for("read_room", room_id=room.id)
    response.headers["Location"] = where
    return room


@router.get("", response_model=RoomList)
async def list_rooms(caller: Caller, session: DbSession) -> Any:
    return {"items": await rooms.own_rooms(session, caller)}


@router.get("/{room_id}", response_model=RoomResponse)
async def read_room(room_id: RoomId, caller: Caller, session: DbSession) -> Any:
    return await rooms.visible_room(session, room_id, caller)


@router.get("/{room_id}/members", response_model=MemberList)
async def list_members(room_id: RoomId, caller: Caller, session: DbSession) -> Any:
    return {"items": await members.list_members(session, room_id, caller)}


@router.put("/{room_id}/members/{name}", response_model=MemberResponse)
async def add_member(
    room_id: RoomId, name: str, caller: Caller, session: DbSession
) -> Any:
    return await members.add_member(session, room_id, caller, name)


@router.patch("/{room_id}/members/{name}", response_model=MemberResponse)
async def change_member(
    room_id: RoomId, name: str, sent: MemberUpdate, caller: Caller, session: DbSession
) -> Any:
    values = sent.model_dump(exclude_unset=True)
    return await members.change_member(session, room_id, caller, name, values)


@router.delete("/{room_id}/members/{name}", status_code=204)
async def remove_member(
    room_id: RoomId, name: str, caller: Caller, session: DbSession
) -> None:
    await members.remove_member(session, room_id, caller, name)


@router.put("/{room_id}/bans/{name}", status_code=204)
async def ban(room_id: RoomId, name: str, caller: Caller, session: DbSession) -> None:
    await members.ban(session, room_id, caller, name)


@router.delete("/{room_id}/bans/{name}", status_code=204)
async def lift(room_id: RoomId, name: str, caller: Caller, session: DbSession) -> None:
    await members.lift(session, room_id, caller, name)
