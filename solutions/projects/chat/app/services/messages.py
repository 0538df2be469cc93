"""Messages: stored once, with numbers that have no gap."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.bus import bus
from app.errors import Forbidden, Invalid, Muted, NotFound, TooMany
from app.hub import LOOK
from app.models import Member, Message, Room, User
from app.services.rooms import member_of

MOST_SENT, SPAN = 100, timedelta(seconds=10)  # of one member in one room
PAGE = 100


def shown_messages(room_id: int) -> Any:
    columns = Message.number, Message.text, Message.sent_at
    deleted, author = Message.text.is_(None), User.name
    wanted = select(*columns, deleted.label("deleted"), author.label("author"))
    return wanted.join(User).where(Message.room_id == room_id)


async def member_now(session: AsyncSession, room_id: int, user_id: int) -> Member:
    """Somebody's membership, as it is now. Raises Forbidden."""
    member = await session.get(Member, (room_id, user_id))
    if member is None:
        raise Forbidden("Not a member of such a room.")
    return member


async def store(
    session: AsyncSession, room_id: int, user_id: int, client_id: str, text: str
) -> int:
    """The number of a new message, or of the one that was sent before with this client_id.

    One writer at a time in each room: whoever sees a number sees all that are smaller.
    Raises Forbidden, Muted, TooMany.
    """
    room = await session.get(Room, room_id, with_for_update=True)
    member = await member_now(session, room_id, user_id)
    own = Message.room_id == room_id, Message.author_id == user_id
    known = select(Message.number).where(*own, Message.client_id == client_id)
    if number := await session.scalar(known):
        return number
    if member.muted:
        raise Muted("A moderator has muted you.")
    since = func.clock_timestamp() - SPAN
    sent = select(func.count()).where(*own, Message.sent_at > since)
    if (await session.scalar(sent) or 0) >= MOST_SENT:
        raise TooMany(f"At most {MOST_SENT} messages in {SPAN.seconds} seconds.")
    assert room is not None  # it has a member
    room.latest += 1
    new = {"number": room.latest, "client_id": client_id, "text": text}
    session.add(Message(room_id=room_id, author_id=user_id, **new))
    await bus.commit(session, room_id, LOOK)
    return room.latest


async def after(
    session: AsyncSession, room_id: int, user_id: int, number: int
) -> list[Any]:
    """The messages after a number, oldest first, at most PAGE. Raises Forbidden."""
    await member_now(session, room_id, user_id)
    wanted = shown_messages(room_id).where(Message.number > number)
    found = await session.execute(wanted.order_by(Message.number).limit(PAGE))
    return list(found)


async def page(
    session: AsyncSession, room_id: int, caller: User, before: int, limit: int
) -> tuple[list[Any], int | None]:
    """Messages before a number, newest first. Raises NotFound, Forbidden."""
    await member_of(session, room_id, caller)
    wanted = shown_messages(room_id).where(Message.number < before)
    ordered = wanted.order_by(Message.number.desc()).limit(limit + 1)
    found = list(await session.execute(ordered))
    items = found[:limit]
    return items, items[-1].number if len(found) > limit else None


async def acknowledge(
    session: AsyncSession, room_id: int, user_id: int, number: int
) -> int:
    """The highest number that a member has acknowledged. Raises Invalid, Forbidden."""
    latest = select(Room.latest).where(Room.id == room_id)
    if number > (await session.scalar(latest) or 0):
        raise Invalid(f"There is no message {number}.")
    own = Member.room_id == room_id, Member.user_id == user_id
    # In the statement, not before it: two connections acknowledge at the same moment.
    highest = case((Member.acknowledged > number, Member.acknowledged), else_=number)
    change = update(Member).where(*own).values(acknowledged=highest)
    found: int | None = await session.scalar(change.returning(Member.acknowledged))
    await session.commit()
    if found is None:
        raise Forbidden("Not a member of such a room.")
    return found


async def delete_message(
    session: AsyncSession, room_id: int, caller: User, number: int
) -> None:
    """Take the text away; the number stays. Raises NotFound, Forbidden."""
    member = await member_of(session, room_id, caller)
    message = await session.get(Message, (room_id, number))
    if message is None:
        raise NotFound(f"There is no message {number}.")
    if message.author_id != caller.id and member.role == "member":
        raise Forbidden("It is somebody else's.")
    message.text = None
    await bus.commit(session, room_id, {"deleted": number})
