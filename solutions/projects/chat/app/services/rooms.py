"""Rooms, and who may look into them."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Forbidden, NotFound
from app.models import Member, Room, User

MOST_ROOMS = 20  # of one owner
Row = Any  # of the columns of shown_rooms()


def shown_rooms() -> Any:
    """Rooms with the names of their owners."""
    columns = Room.id, Room.name, Room.private, Room.latest
    wanted = select(*columns, User.name.label("owner"))
    return wanted.join(User, User.id == Room.owner_id)


async def create_room(
    session: AsyncSession, user: User, name: str, private: bool
) -> Row:
    """Store a new room, whose owner is its first member. Raises Conflict."""
    await session.scalar(select(User.id).where(User.id == user.id).with_for_update())
    owned = select(func.count()).select_from(Room).where(Room.owner_id == user.id)
    if (await session.scalar(owned) or 0) >= MOST_ROOMS:
        raise Conflict(f"Somebody owns at most {MOST_ROOMS} rooms.")
    room = Room(name=name, private=private, owner_id=user.id)
    session.add(room)
    await session.flush()
    session.add(Member(room_id=room.id, user_id=user.id, role="owner"))
    await session.commit()
    return (await session.execute(shown_rooms().where(Room.id == room.id))).one()


async def own_rooms(session: AsyncSession, user: User) -> list[Row]:
    """The rooms that somebody is a member of."""
    wanted = shown_rooms().join(Member, Member.room_id == Room.id)
    found = wanted.where(Member.user_id == user.id).order_by(Room.id)
    return list(await session.execute(found))


async def visible_room(session: AsyncSession, room_id: int, user: User) -> Row:
    """A room that somebody may see. Raises NotFound."""
    await room_of(session, room_id, user)
    return (await session.execute(shown_rooms().where(Room.id == room_id))).one()


async def room_of(
    session: AsyncSession, room_id: int, user: User, *, lock: bool = False
) -> tuple[Room, Member | None]:
    """A room, and what somebody is in it. Raises NotFound. `lock`: its members stay."""
    room = await session.get(Room, room_id, with_for_update=lock)
    member = await session.get(Member, (room_id, user.id))
    if room is None or (room.private and member is None):
        raise NotFound(f"There is no room {room_id}.")
    return room, member


async def member_of(
    session: AsyncSession, room_id: int, user: User, *, lock: bool = False
) -> Member:
    """What somebody is in a room. Raises NotFound, Forbidden."""
    _, member = await room_of(session, room_id, user, lock=lock)
    if member is None:
        raise Forbidden("Join the room first.")
    return member
