"""News from worker to worker: when they are told, and what happens when nobody carries them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from structlog.testing import capture_logs
from tests.fake_valkey import FakeValkey
from tests.on_loop import session_on

from app import bus
from app.hub import Message, hub
from app.settings import settings
from app.store import store

Patch = pytest.MonkeyPatch
Write = Callable[[AsyncSession], Awaitable[None]]
NEWS: Message = {"post": 7}


async def heard_of(write: Write) -> list[str]:
    """What a second worker hears over PostgreSQL, up to the word "end"."""
    carrier, texts = bus.PostgresBus(), list[str]()
    engine = create_async_engine(settings.url, poolclass=NullPool)
    async with asyncio.timeout(30), AsyncSession(engine) as session:
        heard = aiter(carrier.heard())
        assert await anext(heard) == ""  # from here on it is heard
        await write(session)
        await session.execute(text("NOTIFY postboard, 'end'"))
        await session.commit()
        while "end" not in texts:
            texts.append(await anext(heard))
        await heard.aclose()  # type: ignore[attr-defined]
    await engine.dispose()
    return texts


def test_a_commit_tells_the_other_worker(portal: BlockingPortal) -> None:
    async def write(session: AsyncSession) -> None:
        await bus.PostgresBus().commit(session, "posts", NEWS)

    assert portal.call(heard_of, write) == ['["posts", {"post": 7}]', "end"]


def test_a_write_that_fails_tells_nobody(
    portal: BlockingPortal, monkeypatch: Patch
) -> None:
    async def write(session: AsyncSession) -> None:
        async def fail() -> None:
            raise ArithmeticError

        with monkeypatch.context() as change:
            change.setattr(session, "commit", fail)
            with pytest.raises(ArithmeticError):
                await bus.PostgresBus().commit(session, "posts", NEWS)
        await session.rollback()

    assert portal.call(heard_of, write) == ["end"]


@pytest.mark.parametrize("gone", [False, True])
def test_valkey_is_told_after_the_commit_and_may_be_away(
    portal: BlockingPortal, connection: Connection, monkeypatch: Patch, gone: bool
) -> None:
    valkey, order = FakeValkey(), list[str]()
    valkey.gone = gone
    monkeypatch.setattr(store, "client", valkey)
    monkeypatch.setattr(store, "again", 0.0)

    async def write() -> None:
        async with session_on(connection) as session:
            commit = session.commit

            async def noted() -> None:
                await commit()
                order.append(f"committed, said {len(valkey.said)}")

            monkeypatch.setattr(session, "commit", noted)
            await bus.ValkeyBus().commit(session, "posts", NEWS)

    portal.call(write)
    assert order == ["committed, said 0"]
    assert valkey.said == ([] if gone else ['["posts", {"post": 7}]'])


class Breaking(bus.Alone):
    """A carrier that is lost after each message, and cannot be reached in between."""

    def __init__(self) -> None:
        self.tries, self.listened = 0, asyncio.Event()

    async def heard(self) -> AsyncIterator[str]:
        self.tries += 1
        if self.tries % 3:
            raise ConnectionError
        self.listened.clear()
        yield ""
        await self.listened.wait()
        yield '["tea", {"post": 7}]'
        raise ConnectionError


def test_a_lost_connection_is_opened_again_and_ends_the_streams_that_missed_something(
    portal: BlockingPortal, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(bus, "current", carrier := Breaking())
    monkeypatch.setattr(bus, "PAUSE", 0)

    async def hear() -> tuple[list[Any], int]:
        listener = asyncio.create_task(bus.listen())
        found, streams = list[Any](), 0
        async with asyncio.timeout(10):
            while len(found) < 2:
                streams += 1
                with hub.subscribe("tea") as messages:
                    carrier.listened.set()
                    found += [message async for message in messages]
        listener.cancel()
        return found, streams

    with capture_logs() as lines:
        assert portal.call(hear) == ([NEWS, NEWS], 3)
    said = [line for line in lines if line["event"] == "news are interrupted"]
    assert 2 <= len(said) <= 4  # for nine connections that failed or were lost
