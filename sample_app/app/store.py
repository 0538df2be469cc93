"""Valkey: what all workers share for a while, and may lose at any time."""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as BrokenConnection
from redis.exceptions import RedisError

from app.logs import log
from app.settings import settings

Result = TypeVar("Result")
PAUSE = 1.0  # seconds in which nobody asks a Valkey that did not respond


class Away(Exception):
    """There is no Valkey, or it does not respond."""


def client_of(url: str, *, again: int) -> Redis:
    """A client that waits for a second, and opens a broken connection so often again."""
    retry = Retry(NoBackoff(), again, supported_errors=(BrokenConnection,))
    return Redis.from_url(
        url,
        retry=retry,
        decode_responses=True,
        socket_timeout=1,
        socket_connect_timeout=1,
    )


class Store:
    """Valkey, for what a request asks of it: no request waits for one that is away."""

    def __init__(self, url: str | None) -> None:
        self.client = client_of(url, again=1) if url else None
        self.away = False
        self.again = 0.0  # when it may be asked again

    async def ask(self, question: Callable[[Redis], Awaitable[Result]]) -> Result:
        """What it responds. Raises Away."""
        if self.client is None or time.monotonic() < self.again:
            raise Away
        try:
            result = await question(self.client)
        except (RedisError, OSError) as error:
            if not self.away:  # said once, and not by each request
                log.warning("valkey is away", cause=type(error).__name__)
            self.away, self.again = True, time.monotonic() + PAUSE
            raise Away from error
        if self.away:
            log.info("valkey is back")
            self.away = False
        return result

    async def close(self) -> None:
        if self.client is not None:
            await self.client.aclose()


store = Store(settings.valkey)
