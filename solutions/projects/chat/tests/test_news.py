"""What carries news: the hub in a process, the bus between processes, and what is lost."""

import asyncio

import pytest

from app import bus as news
from app.bus import ValkeyBus
from app.errors import Busy
from app.hub import EVERYWHERE, LOOK, LOOK_AGAIN, Hub


def test_nobody_has_to_look_twice() -> None:
    hub = Hub()
    with hub.listen(1) as here, hub.listen(2) as there:
        for _ in range(1000):
            hub.deliver(1, LOOK)
        hub.deliver(EVERYWHERE, LOOK_AGAIN)
        assert asyncio.run(here.take()) == [LOOK, LOOK_AGAIN]
        assert asyncio.run(there.take()) == [LOOK_AGAIN]
    hub.deliver(1, LOOK)


def test_who_is_too_slow_is_told_so() -> None:
    hub = Hub()
    with hub.listen(1) as slow:
        for number in range(101):
            hub.deliver(1, {"deleted": number})
        with pytest.raises(Busy):
            asyncio.run(slow.take())


def test_of_a_valkey_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    hub, bus, told = Hub(), ValkeyBus("redis://127.0.0.1:1"), list[str]()
    monkeypatch.setattr(news, "hub", hub)

    async def publish(channel: str, text: str) -> None:
        told.append(text)

    async def talk() -> None:
        with hub.listen(1) as here:
            await bus.publish(1, LOOK)
            assert (bus.owes, await here.take()) == (True, [LOOK])
        monkeypatch.setattr(bus.client, "publish", publish)
        for _ in range(2):
            await bus.repeat()

    asyncio.run(talk())
    assert (bus.owes, told) == (False, ['[0, {"look": "all"}]'])
