"""Sends the events to the warehouse: those of one order in order, those of different orders side by side."""

import asyncio
import logging
from datetime import UTC

import httpx
from psycopg.rows import DictRow

from shop.config import settings
from shop.db import ConnectionPool, rows

log = logging.getLogger(__name__)
LOOK = 0.3  # seconds between two looks at the table
PATIENCE = 3
PAUSE = 2
AT_ONCE = 200
DUE = (
    "SELECT DISTINCT ON (order_id) * FROM events WHERE NOT taken AND NOT order_id = ANY(%s)"
    " ORDER BY order_id, id"
)


class Outbox:
    def __init__(self, pool: ConnectionPool, client: httpx.AsyncClient) -> None:
        self.pool = pool
        self.client = client
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.busy: dict[int, asyncio.Task[None]] = {}  # by order, so that no order has two at once

    async def run(self) -> None:
        while True:
            try:
                async with self.pool.connection() as conn:
                    due = await rows(conn, DUE, list(self.busy))
                for event in due:
                    self.busy[event["order_id"]] = asyncio.create_task(self.deliver(event))
            except Exception:
                log.exception("outbox")
            await asyncio.sleep(LOOK)

    async def deliver(self, event: DictRow) -> None:
        try:
            async with self.slots:
                taken = await self.post(event)
            if taken:
                async with self.pool.connection() as conn:
                    await conn.execute("UPDATE events SET taken = true WHERE id = %s", [event["id"]])
            else:
                await asyncio.sleep(PAUSE)
        except Exception:
            log.exception("event %s", event["id"])
        finally:
            del self.busy[event["order_id"]]

    async def post(self, event: DictRow) -> bool:
        body = {
            "id": f"evt_{event['id']}",
            "type": event["type"],
            "order": event["order_id"],
            "created_at": event["created_at"].astimezone(UTC).isoformat(),
        }
        try:
            async with asyncio.timeout(PATIENCE):
                return (await self.client.post(settings().events_url, json=body)).is_success
        except (httpx.HTTPError, TimeoutError):
            return False
