"""Requests to an app, all at once, and what each of them does, round by round.

A round ends when nothing in the app can go on by itself: then all that is `slow` goes on. So the order is the
same on every machine. asyncio's debug mode was considered: it tells how long a step took, in seconds.
"""

import asyncio
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from course.base.errors import CourseError
from course.tracing.slow import Asked, Call, asked

SENT, QUEUED, RUNS, WAITS, TURN = "sent", "waits for a thread", "runs", "waits", "waits for a turn"
WORKS, DONE, FAILED, GONE = "works", "response", "error", ""
MOST_REQUESTS = 200
# For an app in which something waits for what is not `slow`: nothing moves so long, in so many looks.
# A machine that stands still for a while does not look either.
_PATIENCE_SECONDS, _LOOKS = 6.0, 1000
_GRACE_SECONDS = 0.2  # for requests that nobody can account for
_STEPS = 50  # of the loop, in which a request gets to its next wait


class NothingComes(CourseError, TimeoutError):
    """The app waits for something else than what is `slow`."""


@dataclass(frozen=True)
class Round:
    """What holds from one round of answers to the next: the state of each request, and of the loop."""

    states: tuple[str, ...]
    frozen: bool


@dataclass
class AtOnce:
    """What happened to requests that came at once."""

    paths: tuple[str, ...]
    rounds: list[Round] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)  # their paths, in the order of the responses
    statuses: list[int] = field(default_factory=list)  # in the same order

    def __repr__(self) -> str:
        return f"{len(self.paths)} requests, {len(self.rounds)} rounds, finished: {', '.join(self.finished)}"


def at_once(api: Any, paths: Iterable[str]) -> AtOnce:
    """Send a GET request to each of these paths of an app, in this order, without waiting for a response.

    The app runs on an event loop and a thread of its own. Raises CourseError for no request and for more than
    200; a TimeoutError when the app waits for something that does not come.
    """
    run = _Run(tuple(paths))
    if not 1 <= len(run.seen.paths) <= MOST_REQUESTS:
        raise CourseError(f"at_once sends 1 to {MOST_REQUESTS} requests: at_once(api, ['/a', '/b']).")
    thread = threading.Thread(target=run.serve, args=[api], name="at_once", daemon=True)
    thread.start()
    try:
        run.conduct()
    finally:
        run.end()
        thread.join(_GRACE_SECONDS)
    return run.seen


def _passing_context_on(loop: Any) -> Any:
    """The loop; a thread of its `run_in_executor` knows for which request it works, as other threads do."""
    run = loop.run_in_executor
    loop.run_in_executor = lambda pool, function, *given: run(pool, copy_context().run, function, *given)
    return loop


class _Run:
    """One run: the requests, what is slow in them, and when it goes on."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.seen = AtOnce(paths)
        self.loop = _passing_context_on(asyncio.new_event_loop())
        self._requests = [Asked(number, path, self) for number, path in enumerate(paths)]
        self._calls: list[Call] = []
        self._lock = threading.Lock()
        self._moves = 0
        self._looks, self._deadline = 0, 0.0
        self._over = threading.Event()
        self._limiter: Any = None
        self._error: BaseException | None = None

    def enter(self, call: Call) -> None:
        """Note a slow call."""
        with self._lock:
            self._calls.append(call)
            self._moves += 1
        if self._over.is_set():
            call.let_go()

    def serve(self, api: Any) -> None:
        """Run the app on the loop until all responses are there; in its thread."""
        try:
            self.loop.run_until_complete(self._ask(api))
        except BaseException as error:
            self._error = error
        finally:
            self._over.set()
            with suppress(Exception):
                self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

    async def _ask(self, api: Any) -> None:
        from anyio.to_thread import current_default_thread_limiter
        from httpx import ASGITransport, AsyncClient

        self._limiter = current_default_thread_limiter()

        async def taking(scope: Any, receive: Any, send: Any) -> None:
            asked.get().taken = True
            await api(scope, receive, send)

        async def one(client: AsyncClient, request: Asked) -> None:
            asked.set(request)
            response = await client.get(request.path)
            request.done, request.failed = True, response.status_code >= 400
            self.seen.finished.append(request.path)
            self.seen.statuses.append(response.status_code)
            self._moves += 1

        transport = ASGITransport(taking, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://app", timeout=None) as client:
            await asyncio.gather(*(one(client, request) for request in self._requests))

    def conduct(self) -> None:
        """Round after round, until all responses are there; in the caller's thread."""
        while not self._over.is_set():
            self._settle()
            if not self._over.is_set():
                self._next_round()
        if self._error is not None:
            raise self._error
        self._show(None)

    def _settle(self) -> None:
        """Until nothing goes on by itself: each request that the loop has taken is slow, or done."""
        quiet_since, moves = time.monotonic(), -1
        while not self._over.is_set():
            if moves != self._moves:
                moves, quiet_since = self._moves, time.monotonic()
                self._looks, self._deadline = 0, quiet_since + _PATIENCE_SECONDS
            still = self._frozen() or self._turned()
            now = time.monotonic()
            grace = now - quiet_since > _GRACE_SECONDS and self._calls
            if still and moves == self._moves and (self._accounted() or grace):
                return
            if self._patience_ends():
                raise NothingComes(
                    "The app waits for something that does not come, and it is not `slow`. Is there a lock, "
                    "an event or a long sleep in an endpoint?"
                )

    def _patience_ends(self) -> bool:
        self._looks += 1
        return self._looks > _LOOKS and time.monotonic() > self._deadline

    def _turned(self) -> bool:
        """Let the loop take some steps; False when it was frozen meanwhile."""
        there = threading.Event()

        def step(left: int) -> None:
            self.loop.call_soon(step, left - 1) if left else there.set()

        with suppress(RuntimeError):  # it has closed meanwhile
            self.loop.call_soon_threadsafe(step, _STEPS)
        while not there.wait(0.0005):
            if self._over.is_set() or self._frozen() or self._patience_ends():
                return False
        return all(request.taken for request in self._requests)

    def _frozen(self) -> bool:
        with self._lock:
            return any(call.on_loop for call in self._calls)

    def _accounted(self) -> bool:
        """Whether each request that was taken is done, slow, or waits for a thread."""
        with self._lock:
            busy = {request.number for request in self._requests if request.taken and not request.done}
            held = {call.asked.number for call in self._calls}
        waiting = self._limiter.statistics().tasks_waiting if self._limiter else 0
        return len(busy - held) == waiting

    def _next_round(self) -> None:
        """Show how things stand; then all that waits gets its answer, and one that works gets its turn."""
        with self._lock:
            turn = min(
                (call for call in self._calls if call.kind == WORKS),
                key=lambda call: (not call.on_loop, call.asked.turns, call.asked.number),
                default=None,
            )
            self._show(turn)
            going = [call for call in self._calls if call.kind == WAITS or call is turn]
            self._calls = [call for call in self._calls if call not in going]
        if turn is not None:
            turn.asked.turns += 1
        for call in going:
            call.let_go()

    def _show(self, turn: Call | None) -> None:
        calls = {call.asked.number: call for call in self._calls}
        before = self.seen.rounds[-1].states if self.seen.rounds else ()
        states = tuple(
            self._state(request, calls.get(request.number), turn, before) for request in self._requests
        )
        frozen = any(call.on_loop for call in calls.values())
        self.seen.rounds.append(Round(states, frozen))

    def _state(self, request: Asked, call: Call | None, turn: Call | None, before: tuple[str, ...]) -> str:
        if request.done:
            new = not before or before[request.number] not in (DONE, FAILED, GONE)
            return (FAILED if request.failed else DONE) if new else GONE
        if call is not None:
            return call.kind if call.kind == WAITS or call is turn else TURN
        if not request.taken:
            return SENT
        return QUEUED if self._limiter and self._limiter.statistics().tasks_waiting else RUNS

    def end(self) -> None:
        """Let everything go on, whatever happened."""
        self._over.set()
        with self._lock:
            calls, self._calls = self._calls, []
        for call in calls:
            with suppress(RuntimeError):  # its loop has closed
                call.let_go()
