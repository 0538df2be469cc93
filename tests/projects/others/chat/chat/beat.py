"""The beat of a worker: it says that it lives, and looks for what no news has told."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from chat import settings
from chat.errors import AWAY

if TYPE_CHECKING:
    from chat.hub import Hub

log = logging.getLogger("chat.beat")

BEAT = "UPDATE workers SET seen_at = clock_timestamp() WHERE id = $1 RETURNING id"
BURY = "DELETE FROM workers WHERE seen_at < clock_timestamp() - make_interval(secs => $1)"
SWEEP = """
    DELETE FROM online WHERE worker_id = $1 AND id <> ALL ($2::bigint[])
    AND since < clock_timestamp() - interval '20 seconds'
"""
STATE = """
    SELECT r.id, r.latest, array(SELECT o.id FROM online o WHERE o.room_id = r.id) AS ids
    FROM rooms r WHERE r.id = ANY ($1::bigint[])
"""


async def beat(hub: Hub) -> None:
    """For ever. After a pause of its own a worker buries nobody: the others may have paused, too."""
    clock = asyncio.get_running_loop().time
    last = 0.0
    while True:
        await asyncio.sleep(settings.BEAT_SECONDS)
        try:
            if await hub.pool.fetchval(BEAT, hub.worker) is None:
                await hub.begin()
            if clock() - last < settings.DEAD_SECONDS / 2:
                await hub.pool.execute(BURY, settings.DEAD_SECONDS)
            last = clock()
            await hub.pool.execute(SWEEP, hub.worker, list(hub.ids))
            await _look(hub)
        except AWAY as error:
            log.warning("no beat: %r", error)


async def _look(hub: Hub) -> None:
    for row in await hub.pool.fetch(STATE, list(hub.rooms)):
        room = hub.rooms.get(row["id"])
        if room and (row["latest"] != room.latest or set(row["ids"]) != room.ids or room.deleted):
            room.poke()
    for room in hub.rooms.values():
        room.recent.clear()  # a deletion that no news told stays in it no longer
