"""What learners did: appended once, and told to every worker; and read back for `course status --topics`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from course.checks.verdict import Outcome
from course.classroom.board.database import CHANNEL
from course.classroom.board.models import Event, Standing
from course.classroom.board.schemas import NewEvent, Taken


async def append(session: AsyncSession, learner_id: int, sent: Sequence[NewEvent]) -> Taken:
    """Keep the events that are new. NOTIFY is a part of the transaction: it comes with the rows or never."""
    rows = [_row(learner_id, each) for each in sent]
    new = insert(Event).on_conflict_do_nothing().returning(Event.sequence)
    numbers = set((await session.scalars(new, rows)).all())
    kept = [row for row in rows if row["sequence"] in numbers]
    for row in kept:
        await _count(session, row)
    for lesson in sorted({row["lesson"] for row in kept}):
        await session.execute(select(func.pg_notify(CHANNEL, lesson)))
    await session.commit()
    return Taken(new=len(kept), known=len(rows) - len(kept), last=sent[-1].sequence)


async def _count(session: AsyncSession, row: dict[str, Any]) -> None:
    """Count a check where its learner stands at the exercise; before an answer there is nothing to count."""
    outcome = row["outcome"]
    if row["kind"] != "check" or outcome in (None, Outcome.NOT_ATTEMPTED):
        return
    key = ("lesson", "learner_id", "about")
    values = {name: row[name] for name in (*key, "outcome", "unmet")}
    new = insert(Standing).values(attempts=1, done=outcome == Outcome.DONE, first=row["at"], **values)
    changes = {
        "attempts": Standing.attempts + 1,
        "done": or_(Standing.done, new.excluded.done),
        "first": func.least(Standing.first, new.excluded.first),
        "outcome": new.excluded.outcome,
        "unmet": new.excluded.unmet,
    }
    await session.execute(new.on_conflict_do_update(index_elements=key, set_=changes))


def _row(learner_id: int, each: NewEvent) -> dict[str, Any]:
    """A learner's clock may be wrong: nothing happened later than now."""
    fields = each.model_dump(exclude={"event", "id"})
    lesson = each.id.rstrip("abcdefghijklmnopqrstuvwxyz")
    at = min(each.at, datetime.now(UTC))
    return fields | {
        "learner_id": learner_id,
        "kind": each.event,
        "about": each.id,
        "lesson": lesson,
        "at": at,
    }


async def logs(session: AsyncSession) -> list[list[dict[str, Any]]]:
    """The events of each learner, oldest first, in the form of a progress log."""
    found: dict[int, list[dict[str, Any]]] = {}
    for event in await session.scalars(select(Event).order_by(Event.learner_id, Event.sequence)):
        names = ("outcome", "question", "chosen", "right")
        more = {name: getattr(event, name) for name in names if getattr(event, name) is not None}
        entry = {"at": event.at.isoformat(), "event": event.kind, "id": event.about} | more
        found.setdefault(event.learner_id, []).append(entry | ({"fresh": True} if event.fresh else {}))
    return list(found.values())
