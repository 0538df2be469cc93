"""Events leave the outbox: each at least once, those of one order in order."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import httpx
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.database import SessionFactory
from app.models import Event
from app.settings import settings

log = logging.getLogger(__name__)

AT_ONCE = 20
PAUSE = 0.3  # seconds between two looks into an outbox with nothing to send
PATIENCE = 3.0  # seconds for one answer
LEASE = timedelta(seconds=5)  # who has taken an event and died loses it after that
RETRY = timedelta(seconds=1)


async def send_for_ever(client: httpx.AsyncClient) -> None:
    """What runs beside the requests. An outbox that cannot be read is read again."""
    while True:
        try:
            sent = await send_due(client)
        except SQLAlchemyError as error:
            log.warning("outbox: %s", type(error).__name__)
            sent = 0
        if not sent:
            await asyncio.sleep(PAUSE)


async def send_due(client: httpx.AsyncClient) -> int:
    """Send what is due; how many were taken."""
    events = await take()
    return sum(await asyncio.gather(*(deliver(client, each) for each in events)))


async def take() -> Sequence[Event]:
    """The first unsent event of each order, if it is due: for us, until the lease ends.

    No connection is held while they are sent.
    """
    first = select(func.min(Event.id)).where(Event.sent_at.is_(None))
    due = (
        select(Event.id)
        .where(Event.id.in_(first.group_by(Event.order_id)))
        .where(Event.sent_at.is_(None), Event.next_try <= func.now())
        .order_by(Event.next_try)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    leased = update(Event).where(Event.id.in_(due)).values(next_try=func.now() + LEASE)
    async with SessionFactory() as session, session.begin():
        return (await session.scalars(leased.returning(Event))).all()


async def deliver(client: httpx.AsyncClient, event: Event) -> bool:
    """Send one event, and note it as sent only when it was taken."""
    taken = await post(client, event)
    now = func.now()
    values = {"sent_at": now} if taken else {"next_try": now + RETRY}
    noted = update(Event).where(Event.id == event.id).values(**values)
    async with SessionFactory() as session, session.begin():
        await session.execute(noted)
    return taken


async def post(client: httpx.AsyncClient, event: Event) -> bool:
    body = {
        "id": f"evt-{event.id}",
        "type": event.type,
        "order": event.order_id,
        "created_at": event.created_at.isoformat(),
    }
    try:
        async with asyncio.timeout(PATIENCE):
            response = await client.post(str(settings.events_url), json=body)
    except (httpx.HTTPError, TimeoutError):
        return False
    return response.is_success
