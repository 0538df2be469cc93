"""How much, and how often: limits that hold before anything is done for a request."""

import asyncio
import math
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from course.classroom.board.errors import TooLarge, response

MOST_BYTES = 128 * 1024  # of a body
BODY_SECONDS = 10.0  # until it must have come
_MOST_KEYS = 20_000


class BodyLimit:
    """Refuses a larger body with a 413, at the latest when that much has come, and one that never comes.

    Starlette's own RequestBodyLimitMiddleware was considered: its refusal is no JSON, and it knows no time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body first: it is small or refused."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(scope, receive)
        except TooLarge as refusal:
            return await response(refusal)(scope, receive, send)
        except TimeoutError:
            late = TooLarge(f"The body did not come within {BODY_SECONDS:.0f} seconds. Send it again.")
            return await response(late)(scope, receive, send)
        if body is None:
            return None
        await self.app(scope, _once(body, receive), send)


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """All of the body; None when the client has gone. Raises TooLarge."""
    refusal = TooLarge(f"A request to the board has at most {MOST_BYTES:,} bytes. Send fewer events at once.")
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if not announced.isdigit() or int(announced) > MOST_BYTES:
        raise refusal
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise refusal
        if not message.get("more_body"):
            return body


def _once(body: bytes, receive: Receive) -> Receive:
    """The body that was read, and afterwards what the client does."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


class Buckets:
    """A bucket of tokens for each key: `capacity` at once, and `per_second` from then on.

    They are counted in this process. The package `limits` was considered: it needs a store to do more, and a
    board is one process.
    """

    def __init__(self, capacity: float, per_second: float) -> None:
        self.capacity, self.per_second = capacity, per_second
        self._left: dict[str, tuple[float, float]] = {}  # what is in it, and when that was so

    def take(self, key: str, amount: float = 1.0) -> int:
        """Take so many out: 0, or the whole seconds after which there will be enough; then none is taken."""
        now = time.monotonic()
        left = self._now(key, now)
        if left < amount:
            return math.ceil((min(amount, self.capacity) - left) / self.per_second) or 1
        if len(self._left) >= _MOST_KEYS:
            self._left = {each: kept for each, kept in self._left.items() if self._short(each, now)}
        self._left[key] = (left - amount, now)
        return 0

    def empty(self, key: str) -> int:
        """Whether there is less than one in it: 0, or the seconds until there is one."""
        left = self._now(key, time.monotonic())
        return 0 if left >= 1 else math.ceil((1 - left) / self.per_second)

    def _now(self, key: str, now: float) -> float:
        left, then = self._left.get(key, (self.capacity, now))
        return min(self.capacity, left + (now - then) * self.per_second)

    def _short(self, key: str, now: float) -> bool:
        return self._now(key, now) < self.capacity
