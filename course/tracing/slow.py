"""Something slow that an endpoint asks for: a stand-in for a database, another service, or hard work.

How long it takes is not measured in seconds, which are others in each run. `at_once` says when it goes on.
"""

import asyncio
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from course.base.errors import CourseError

TURNS = 2  # of Python's lock, that one computation takes


class Stage(Protocol):
    """What lets slow calls go on: a run of `at_once`."""

    loop: asyncio.AbstractEventLoop

    def enter(self, call: "Call") -> None:
        """Note a call that cannot go on by itself."""
        ...


@dataclass(eq=False)
class Asked:
    """One request of a run; `taken`: the app was called for it; `done`: its response is there."""

    number: int
    path: str
    stage: Stage = field(repr=False)
    taken: bool = False
    done: bool = False
    failed: bool = False  # the response is an error
    turns: int = 0  # that its computations had


@dataclass(eq=False)
class Call:
    """A call of something slow that has not come back; `kind`: "waits" or "works"."""

    asked: Asked
    kind: str
    on_loop: bool  # it holds the thread of the event loop
    answer: Any = field(default_factory=threading.Event)  # or a future of the loop

    def let_go(self) -> None:
        """Let it go on; from any thread."""
        if isinstance(self.answer, asyncio.Future):
            self.answer.get_loop().call_soon_threadsafe(_settle, self.answer)
        else:
            self.answer.set()


asked: ContextVar[Asked] = ContextVar("asked")


class Slow:
    """Three kinds of slow work. Each returns None when `at_once` lets it go on."""

    def wait(self) -> None:
        """Wait and keep the thread, as `time.sleep`, psycopg2 and requests do. Raises CourseError."""
        self._held("waits")

    async def wait_async(self) -> None:
        """Wait and give the thread away meanwhile, as `asyncio.sleep` and httpx do. Raises CourseError."""
        one = _asked()
        call = Call(one, "waits", False, asyncio.get_running_loop().create_future())
        one.stage.enter(call)
        await call.answer

    def compute(self) -> None:
        """Work in Python for two turns: one thread at a time has a turn. Raises CourseError."""
        for _ in range(TURNS):
            self._held("works")
            sum(range(10_000))

    def _held(self, kind: str) -> None:
        one = _asked()
        try:
            on_loop = asyncio.get_running_loop() is one.stage.loop
        except RuntimeError:  # a thread without a loop
            on_loop = False
        call = Call(one, kind, on_loop)
        one.stage.enter(call)
        call.answer.wait()

    def __repr__(self) -> str:
        return "slow: .wait(), await .wait_async(), .compute()"


slow = Slow()


def _asked() -> Asked:
    try:
        return asked.get()
    except LookupError:
        raise CourseError(
            "`slow` works in an endpoint that at_once(api, paths) asks: it says when the wait is over."
        ) from None


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
