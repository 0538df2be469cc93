"""Who may see and do what in a room."""

import re
from typing import Any

from asyncpg import Record

from chat.auth import NAME, User
from chat.errors import problem

RANKS = {None: 0, "member": 1, "moderator": 2, "owner": 3}

ROOM = """
    SELECT r.id, r.name, r.private, o.name AS owner, r.latest, m.role, m.user_id IS NOT NULL AS is_member
    FROM rooms r JOIN users o ON o.id = r.owner_id
    LEFT JOIN members m ON m.room_id = r.id AND m.user_id = $2
    WHERE r.id = $1
"""
TARGET = """
    SELECT u.id, u.name, m.role, b.user_id IS NOT NULL AS banned
    FROM users u LEFT JOIN members m ON m.user_id = u.id AND m.room_id = $1
    LEFT JOIN bans b ON b.user_id = u.id AND b.room_id = $1
    WHERE u.name = $2
"""


def whole(text: str) -> int:
    """A number in a path; -1, which nothing has, for all else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


async def visible(db: Any, room_id: str, user: User, lock: bool = False) -> Record:
    """The room, for a member or where it is not private; a 404 else."""
    id = whole(room_id)
    if lock:  # before anything is read: whoever changes people or messages of a room takes turns
        await db.execute("SELECT 1 FROM rooms WHERE id = $1 FOR NO KEY UPDATE", id)
    room: Record | None = await db.fetchrow(ROOM, id, user.id)
    if room is None or (room["private"] and not room["is_member"]):
        raise problem(404, "There is no such room.")
    return room


async def entered(db: Any, room_id: str, user: User, lock: bool = False) -> Record:
    """The room, for a member; a 403 for somebody else who may see it."""
    room = await visible(db, room_id, user, lock)
    if not room["is_member"]:
        raise problem(403, "Only members may do this.")
    return room


async def target(db: Any, room: Record, name: str) -> Record:
    """A user, with their role in the room; a 404 where there is none."""
    found: Record | None = await db.fetchrow(TARGET, room["id"], name) if NAME.fullmatch(name) else None
    if found is None:
        raise problem(404, "There is no such user.")
    return found


def outrank(room: Record, other: Record) -> None:
    """Only the owner and moderators go on, and only on somebody of a lower rank."""
    rank = RANKS[room["role"]]
    if rank < RANKS["moderator"] or rank <= RANKS[other["role"]]:
        raise problem(403, "Your rank is too low.")


def member_only(other: Record) -> None:
    if other["role"] is None:
        raise problem(404, "They are no member.")
