"""Cache-aside: a value is read from Valkey, or made from the database and put there."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from app.store import Away, store

Make = Callable[[], Awaitable[Any]]
LOCKED = 3000  # milliseconds in which the other workers wait for the one that makes it
turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


async def cached(name: str, seconds: int, make: Make) -> Any:
    """The value of this name, at most about `seconds` old. Without Valkey it is made.

    `make` gives something that JSON can hold. An error of it is not kept.
    """
    try:
        key = await _key(name)
        found = await _read(key)
    except Away:
        return await make()
    if found is not None:
        return found
    async with turns[name]:  # of this worker, one at a time
        return await _filled(key, seconds, make)


async def forget(name: str) -> None:
    """From now on the value is made anew. For after the commit of what it was made from."""
    with suppress(Away):  # then the old value lives as long as it may
        await store.ask(lambda valkey: valkey.incr(f"version:{name}"))


async def _key(name: str) -> str:
    """A new version is a new key: what was made before a write is never read after it."""
    version = await store.ask(lambda valkey: valkey.get(f"version:{name}"))
    return f"cache:{name}:{int(version or 0)}"


async def _read(key: str) -> Any:
    text = await store.ask(lambda valkey: valkey.get(key))
    return None if text is None else json.loads(text)


async def _filled(key: str, seconds: int, make: Make) -> Any:
    """Make it, unless somebody else does, in this worker or in another."""
    try:
        while True:
            ours = await _locked(key)
            found = await _read(key)  # somebody may have made it just now
            if ours or found is not None:
                break
            await asyncio.sleep(0.05)
    except Away:
        return await make()
    try:
        if found is None:
            found = await make()
            await _keep(key, found, seconds)
    finally:
        if ours:
            await _unlock(key)
    return found


async def _locked(key: str) -> bool:
    """Whether the turn is ours, among all workers. Who dies with it loses it."""
    lock = f"lock:{key}"
    return bool(await store.ask(lambda valkey: valkey.set(lock, 1, nx=True, px=LOCKED)))


async def _keep(key: str, made: Any, seconds: int) -> None:
    text, life = json.dumps(made), round(seconds * 1000 * random.uniform(0.9, 1.1))
    with suppress(Away):
        await store.ask(lambda valkey: valkey.set(key, text, px=life))


async def _unlock(key: str) -> None:
    with suppress(Away):
        await store.ask(lambda valkey: valkey.delete(f"lock:{key}"))
