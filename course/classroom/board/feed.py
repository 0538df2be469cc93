"""Snapshots for the pages that are open: made once for all of them, and a few times a second at most.

An event alone makes nothing: it says that a lesson has changed. The page of a slow network gets the newest
snapshot and misses those between.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from course.classroom.board import view
from course.classroom.board.database import Sessions, listening

INTERVAL = 0.25  # seconds between two snapshots of a lesson, at least
SHARE = 3  # times the processor time that it took, so long a rest follows: at most a quarter of one
PAUSE = 1.0  # seconds until a connection that was lost is opened again
_LOST = "The board does not %s its database (%s). It tries again."
_log = logging.getLogger(__name__)


@dataclass
class _Channel:
    """One lesson that is looked at: the newest snapshot as JSON, its number, and how many pages read it."""

    text: str = ""
    number: int = 0
    pages: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


class Feed:
    """What is new in the room, for the pages of this process; every process of a room has one."""

    def __init__(self, url: str, sessions: Sessions) -> None:
        self._url, self._sessions = url, sessions
        self._channels: dict[str, _Channel] = {}
        self._waiting: set[str] = set()  # lessons whose snapshot is old
        self._news = asyncio.Event()
        self._closed = False
        self.made = 0  # snapshots so far

    async def run(self) -> None:
        """Listen and make snapshots until it is cancelled; a database that goes away comes back."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._refresh())

    async def close(self) -> None:
        """End all streams."""
        self._closed = True
        for channel in tuple(self._channels.values()):
            async with channel.changed:
                channel.changed.notify_all()

    async def snapshots(self, lesson: str) -> AsyncIterator[str]:
        """The snapshots of a lesson as JSON, first the present one; "" is where the room is now."""
        with self._page(lesson) as channel:
            seen = 0
            while not self._closed:
                async with channel.changed:
                    while not self._closed and channel.number == seen:
                        await channel.changed.wait()
                    seen, text = channel.number, channel.text
                if not self._closed:
                    yield text

    @contextmanager
    def _page(self, lesson: str) -> Iterator[_Channel]:
        channel = self._channels.setdefault(lesson, _Channel())
        channel.pages += 1
        self._mark(lesson)
        try:
            yield channel
        finally:
            channel.pages -= 1
            if not channel.pages:
                self._channels.pop(lesson, None)

    def _mark(self, *lessons: str) -> None:
        self._waiting.update(lessons)
        self._news.set()

    async def _listen(self) -> None:
        while True:
            try:
                async with listening(self._url) as news:
                    self._mark(*self._channels)  # what happened meanwhile was told to nobody
                    async for lesson in news:
                        self._mark(lesson, "")
            except Exception as problem:  # whatever it is: the next connection may work
                _log.warning(_LOST, "hear", type(problem).__name__)
            await asyncio.sleep(PAUSE)

    async def _refresh(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            lessons, self._waiting = self._waiting, set()
            begun = time.thread_time()
            try:
                for lesson in lessons & self._channels.keys():
                    await self._make(lesson)
            except Exception as problem:  # the page keeps what it has, and the next try may work
                _log.warning(_LOST, "reach", type(problem).__name__)
                self._mark(*lessons)
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(max(INTERVAL, SHARE * (time.thread_time() - begun)))

    async def _make(self, lesson: str) -> None:
        async with self._sessions() as session:
            text = (await view.snapshot(session, lesson)).model_dump_json()
        self.made += 1
        if channel := self._channels.get(lesson):
            async with channel.changed:
                channel.text, channel.number = text, channel.number + 1
                channel.changed.notify_all()
