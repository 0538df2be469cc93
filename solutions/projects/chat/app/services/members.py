"""Who belongs to a room, and what the higher ranks may do."""

from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.bus import bus
from app.errors import Conflict, Forbidden, NotFound
from app.models import Ban, Connection, Member, User
from app.services.rooms import member_of, room_of
from app.services.users import user_named

RANKS = {"member": 1, "moderator": 2, "owner": 3}


def rank(member: Member | None) -> int:
    return RANKS[member.role] if member else 0


def shown_members(room_id: int) -> Any:
    here = Connection.room_id == Member.room_id, Connection.user_id == Member.user_id
    online = exists().where(*here).label("online")
    wanted = select(User.name, Member.role, Member.muted, online)
    wanted = wanted.join(User, User.id == Member.user_id)
    return wanted.where(Member.room_id == room_id).order_by(User.name)


async def list_members(session: AsyncSession, room_id: int, caller: User) -> list[Any]:
    """Raises NotFound, Forbidden."""
    await member_of(session, room_id, caller)
    return list(await session.execute(shown_members(room_id)))


async def add_member(
    session: AsyncSession, room_id: int, caller: User, name: str
) -> Any:
    """Somebody joins, or is invited. Raises NotFound, Forbidden."""
    room, own = await room_of(session, room_id, caller, lock=True)
    if name != caller.name and rank(own) < RANKS["moderator"]:
        raise Forbidden("Only the owner and moderators invite somebody.")
    user = await user_named(session, name)
    if await session.get(Ban, (room.id, user.id)):
        raise Forbidden(f"{name} is banned.")
    new = insert(Member).values(room_id=room.id, user_id=user.id)
    await session.execute(new.on_conflict_do_nothing())
    await session.commit()
    return await shown_member(session, room.id, user)


async def shown_member(session: AsyncSession, room_id: int, user: User) -> Any:
    wanted = shown_members(room_id).where(User.id == user.id)
    return (await session.execute(wanted)).one()


async def change_member(
    session: AsyncSession, room_id: int, caller: User, name: str, values: dict[str, Any]
) -> Any:
    """Mute somebody, or give a role. Raises NotFound, Forbidden."""
    user, own = await below(session, room_id, caller, name)
    member = await session.get(Member, (room_id, user.id))
    if member is None:
        raise NotFound(f"{name} is no member.")
    if "role" in values and own.role != "owner":
        raise Forbidden("Only the owner gives roles.")
    for field, value in values.items():
        setattr(member, field, value)
    await session.commit()
    return await shown_member(session, room_id, user)


async def remove_member(
    session: AsyncSession, room_id: int, caller: User, name: str
) -> None:
    """Somebody leaves, or is kicked. Raises NotFound, Forbidden, Conflict."""
    if name == caller.name:
        own, user = await member_of(session, room_id, caller, lock=True), caller
        if own.role == "owner":
            raise Conflict("The owner stays.")
    else:
        user, _ = await below(session, room_id, caller, name)
        if await session.get(Member, (room_id, user.id)) is None:
            raise NotFound(f"{name} is no member.")
    await end(session, room_id, user)


async def ban(session: AsyncSession, room_id: int, caller: User, name: str) -> None:
    """Somebody is kicked, if they are there, and stays out. Raises NotFound, Forbidden."""
    user, _ = await below(session, room_id, caller, name)
    new = insert(Ban).values(room_id=room_id, user_id=user.id)
    await session.execute(new.on_conflict_do_nothing())
    await end(session, room_id, user)


async def lift(session: AsyncSession, room_id: int, caller: User, name: str) -> None:
    """Somebody may come again. Raises NotFound, Forbidden."""
    user, _ = await below(session, room_id, caller, name)
    here = Ban.room_id == room_id, Ban.user_id == user.id
    await session.execute(delete(Ban).where(*here))
    await session.commit()


async def end(session: AsyncSession, room_id: int, user: User) -> None:
    """A membership ends, and with it its connections at all workers."""
    here = Member.room_id == room_id, Member.user_id == user.id
    await session.execute(delete(Member).where(*here))
    await bus.commit(session, room_id, {"gone": user.id})


async def below(
    session: AsyncSession, room_id: int, caller: User, name: str
) -> tuple[User, Member]:
    """Somebody of a lower rank, and the caller as a member. Raises NotFound, Forbidden."""
    own = await member_of(session, room_id, caller, lock=True)
    if rank(own) < RANKS["moderator"]:
        raise Forbidden("This is for the owner and moderators.")
    user = await user_named(session, name)
    other = await session.get(Member, (room_id, user.id))
    if rank(own) <= rank(other):
        raise Forbidden(f"{name} has no lower rank.")
    return user, own
