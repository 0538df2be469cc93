"""How often a caller may do something, at all workers together."""

import time
from functools import partial

from fastapi import Depends
from redis.asyncio import Redis

from app.callers import CurrentCaller
from app.errors import TooMany
from app.settings import settings
from app.store import Away, store

MOST_KEYS = 10_000  # of those that this worker counts alone
counts: dict[str, tuple[int, float]] = {}  # how many, and when the window ends


async def count(key: str, seconds: int) -> tuple[int, int]:
    """Count one more: how many there are in this window, and the seconds to its end."""
    try:
        return await store.ask(partial(_together, key, seconds))
    except Away:
        return _alone(key, seconds)


async def _together(key: str, seconds: int, valkey: Redis) -> tuple[int, int]:
    """In one step: between INCR and EXPIRE nobody can die and leave a count for ever."""
    async with valkey.pipeline(transaction=True) as steps:
        steps.incr(key)
        steps.expire(key, seconds, nx=True)
        steps.ttl(key)
        number, _, left = await steps.execute()
    return number, max(left, 1)


def _alone(key: str, seconds: int) -> tuple[int, int]:
    """The count of this worker: two workers let twice as many through, but not all."""
    now = time.monotonic()
    number, end = counts.get(key, (0, 0.0))
    if now >= end:
        number, end = 0, now + seconds
    if len(counts) >= MOST_KEYS:
        counts.clear()
    counts[key] = number + 1, end
    return number + 1, max(round(end - now), 1)


async def may_comment(caller: CurrentCaller) -> None:
    """Let a caller through who has not said too much in this minute. Raises TooMany."""
    number, left = await count(f"rate:comments:{caller.id}", 60)
    if number > settings.comments_per_minute:
        raise TooMany(left)


not_too_often = Depends(may_comment)
