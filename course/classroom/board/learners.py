"""Who is in the room: joining, being known again, and being forgotten."""

import hashlib
import secrets

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from course.classroom.board.errors import NotFree, NotKnown
from course.classroom.board.models import Learner

MOST_LEARNERS = 1000
_TRIES = 20
_FIRST = (
    "Amber",
    "Brave",
    "Calm",
    "Clever",
    "Copper",
    "Coral",
    "Gentle",
    "Golden",
    "Green",
    "Happy",
    "Lucky",
)
_SECOND = (
    "Badger",
    "Crane",
    "Dolphin",
    "Falcon",
    "Gecko",
    "Heron",
    "Lynx",
    "Otter",
    "Panda",
    "Puffin",
    "Wren",
)


def hashed(token: str) -> str:
    """A token as it is stored. It is long and random, so a fast hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


async def join(session: AsyncSession, name: str) -> tuple[str, str]:
    """Add a learner; the name and the token. Raises NotFree when the name is taken or the room is full."""
    if (await session.scalar(select(func.count()).select_from(Learner)) or 0) >= MOST_LEARNERS:
        raise NotFree(f"This room is full: it takes {MOST_LEARNERS} learners. Tell your instructor.")
    token = secrets.token_urlsafe(32)
    for _ in range(1 if name else _TRIES):
        wanted = name or _made_up()
        values = {"name": wanted, "folded": wanted.casefold(), "token_hash": hashed(token)}
        new = insert(Learner).values(values).on_conflict_do_nothing().returning(Learner.id)
        if await session.scalar(new) is not None:
            await session.commit()
            return wanted, token
    raise NotFree("Somebody in this room has that name already. Choose another one with --name.")


def _made_up() -> str:
    return f"{secrets.choice(_FIRST)} {secrets.choice(_SECOND)} {secrets.randbelow(90) + 10}"


async def by_token(session: AsyncSession, token: str) -> int:
    """The id of the learner whose token this is, noted as seen now; the caller commits. Raises NotKnown."""
    who = update(Learner).where(Learner.token_hash == hashed(token)).values(seen_at=func.now())
    found = await session.scalar(who.returning(Learner.id))
    if found is None:
        raise NotKnown(
            "This board does not know you: it was made anew, or you have left it. "
            "`course class leave`, then join again."
        )
    return found


async def forget(session: AsyncSession, learner_id: int) -> None:
    """Delete a learner and all their events."""
    await session.execute(delete(Learner).where(Learner.id == learner_id))
    await session.commit()
