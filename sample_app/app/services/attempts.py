"""How often something may be tried. The database counts, for all processes at once."""

from datetime import timedelta
from math import ceil

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Attempt
from app.errors import TooMany

OLD = timedelta(days=1)  # longer than every window


async def count_attempt(
    *, session: AsyncSession, what: str, most: int, seconds: int
) -> None:
    """Count one more attempt, and commit. Raises TooMany when `seconds` had `most`."""
    now, window = func.now(), timedelta(seconds=seconds)
    first = insert(Attempt).values(what=what, since=now, count=1)
    over = Attempt.since <= now - window
    counted = first.on_conflict_do_update(  # one statement: no attempt is lost
        index_elements=["what"],
        set_={
            "since": case((over, now), else_=Attempt.since),
            "count": case((over, 1), else_=Attempt.count + 1),
        },
    ).returning(Attempt.count, Attempt.since, now)
    count, since, at = (await session.execute(counted)).one()
    await _forget_old(session=session)
    await session.commit()
    if count > most:
        raise TooMany(ceil((since + window - at).total_seconds()))


async def forget_attempts(*, session: AsyncSession, what: str) -> None:
    """Count from zero again."""
    await session.execute(delete(Attempt).where(Attempt.what == what))
    await session.commit()


async def _forget_old(*, session: AsyncSession) -> None:
    """Remove some counts whose windows are over; those in use are skipped."""
    old = select(Attempt.what).where(Attempt.since < func.now() - OLD).limit(100)
    unlocked = old.with_for_update(skip_locked=True)
    await session.execute(delete(Attempt).where(Attempt.what.in_(unlocked)))
