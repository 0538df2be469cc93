"""Lists of tasks: filters, orders, and pages by key."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models import Task, TaskTag, User
from app.schemas import Wanted

ORDERS: dict[str, tuple[Any, ...]] = {
    "created_at": (Task.id,),
    "-created_at": (Task.id.desc(),),
    "due_at": (Task.due_at.asc().nulls_last(), Task.id),
    "-due_at": (Task.due_at.desc().nulls_last(), Task.id),
}


def find_tasks(
    session: Session, owner: User, wanted: Wanted
) -> tuple[list[Task], str | None]:
    """A page of the caller's tasks, and the cursor of the next one. Raises Invalid."""
    query = filtered(select(Task).where(Task.owner_id == owner.id), wanted)
    if wanted.cursor is not None:
        query = query.where(behind(wanted.sort, wanted.cursor))
    query = query.order_by(*ORDERS[wanted.sort]).limit(wanted.limit + 1)
    found = list(session.scalars(query))
    page = found[: wanted.limit]
    return page, cursor(wanted.sort, page[-1]) if len(found) > len(page) else None


def filtered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    """The tasks that fit all filters."""
    if wanted.done is not None:
        query = query.where(Task.completed_at.is_not(None) == wanted.done)
    for name in set(wanted.tag):
        query = query.where(Task.tagged.any(TaskTag.name == name))
    if wanted.search:
        query = query.where(Task.title.icontains(wanted.search, autoescape=True))
    if wanted.due_from:
        query = query.where(Task.due_at >= wanted.due_from)
    if wanted.due_before:
        query = query.where(Task.due_at < wanted.due_before)
    if wanted.due_on and wanted.zone:
        first, following = day(wanted.due_on, wanted.zone)
        query = query.where(Task.due_at >= first, Task.due_at < following)
    return query


def day(on: Any, zone: str) -> tuple[datetime, datetime]:
    """When a day begins in a zone, and when the next one does. Raises Invalid."""
    midnight = datetime.combine(on, time(), ZoneInfo(zone))
    try:
        ends = midnight + timedelta(days=1)  # by the clock on the wall
        return midnight.astimezone(UTC), ends.astimezone(UTC)
    except OverflowError:
        raise Invalid("due_on is too early or too late.") from None


def cursor(sort: str, last: Task) -> str:
    """Where a page ends, as text for the client."""
    due = last.due_at.isoformat() if last.due_at else None
    return urlsafe_b64encode(json.dumps([sort, due, last.id]).encode()).decode()


def behind(sort: str, sent: str) -> ColumnElement[bool]:
    """What comes after the end of a page. Raises Invalid."""
    try:
        of, due, last = json.loads(urlsafe_b64decode(sent.encode()))
        moment = datetime.fromisoformat(due) if due else None
        last = int(last)
    except (ValueError, TypeError):
        raise Invalid("This cursor is not one of ours.") from None
    if of != sort:
        raise Invalid("This cursor belongs to another order.")
    if sort == "created_at":
        return Task.id > last
    if sort == "-created_at":
        return Task.id < last
    later = Task.id > last
    if moment is None:
        return Task.due_at.is_(None) & later
    further = Task.due_at > moment if sort == "due_at" else Task.due_at < moment
    same = (Task.due_at == moment) & later
    return or_(further, same, Task.due_at.is_(None))
