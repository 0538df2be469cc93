"""What is kept for a while: fresh after each write, and made once however many ask."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from structlog.testing import capture_logs
from tests.factories import write
from tests.fake_valkey import FakeValkey

from app import cache
from app.store import store


@pytest.fixture
def valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeValkey]:
    """An empty Valkey of this test."""
    fake = FakeValkey()
    monkeypatch.setattr(store, "client", fake)
    monkeypatch.setattr(store, "again", 0.0)
    monkeypatch.setattr(store, "away", False)
    monkeypatch.setattr("app.store.PAUSE", 3600)
    yield fake


class Maker:
    """Makes a value, when it is let go on."""

    def __init__(self) -> None:
        self.made, self.go_on, self.error = 0, asyncio.Event(), False

    async def __call__(self) -> list[int]:
        self.made += 1
        number = self.made
        await self.go_on.wait()
        if self.error:
            raise ArithmeticError
        return [number]


async def busy(valkey: FakeValkey, questions: int) -> None:
    """Until so many questions have been asked."""
    for _ in range(10_000):
        if valkey.asked >= questions:
            return
        await asyncio.sleep(0)
    raise AssertionError(f"{valkey.asked} questions, and not {questions}")


def tagged(client: TestClient, *names: str) -> str:
    path = f"/posts/{write(client)['id']}"
    client.put(f"{path}/tags", json={"names": names}).raise_for_status()
    return path


def names(client: TestClient, limit: int = 20) -> list[str]:
    response = client.get("/tags", params={"limit": limit}).raise_for_status()
    return [each["name"] for each in response.json()["items"]]


def test_a_value_is_kept_for_a_minute(valkey: FakeValkey, ada: TestClient) -> None:
    tagged(ada, "sql", "orm")
    assert [names(ada), names(ada, limit=1)] == [["orm", "sql"], ["orm"]]
    (key,) = [key for key in valkey.values if key.startswith("cache:")]
    valkey.values[key] = '[{"name": "kept", "posts": 1}]'
    assert names(ada) == ["kept"]
    assert 54 <= valkey.ends[key] <= 66
    valkey.now += 67
    assert names(ada) == ["orm", "sql"]


def test_a_write_is_seen_at_once(valkey: FakeValkey, ada: TestClient) -> None:
    first, second = tagged(ada, "sql"), tagged(ada, "orm")
    assert names(ada) == ["orm", "sql"]
    ada.put(f"{first}/tags", json={"names": ["http"]})
    assert names(ada) == ["http", "orm"]
    ada.patch(second, json={"published": False})
    assert names(ada) == ["http"]
    ada.delete(first)
    assert names(ada) == []


def test_what_was_made_before_a_write_is_not_read_after_it(
    valkey: FakeValkey, portal: BlockingPortal
) -> None:
    async def race() -> list[Any]:
        old, new = Maker(), Maker()
        slow = asyncio.create_task(cache.cached("tea", 60, old))
        await busy(valkey, 4)  # it is being made
        await cache.forget("tea")  # somebody writes while the old value is on its way
        old.go_on.set()
        new.made, _ = 6, new.go_on.set()
        return [await slow, await cache.cached("tea", 60, new)]

    assert portal.call(race) == [[1], [7]]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stampede_makes_it_once(
    valkey: FakeValkey,
    portal: BlockingPortal,
    monkeypatch: pytest.MonkeyPatch,
    workers: int,
) -> None:
    async def stampede() -> tuple[int, list[Any]]:
        make, calls = Maker(), []
        for _ in range(workers):  # each has turns of its own
            monkeypatch.setattr(cache, "turns", defaultdict(asyncio.Lock))
            tasks = [cache.cached("tea", 60, make) for _ in range(5)]
            calls += [asyncio.create_task(each) for each in tasks]
            await busy(valkey, valkey.asked + 12)  # all have missed
        make.go_on.set()
        return make.made, await asyncio.gather(*calls)

    assert portal.call(stampede) == (1, [[1]] * 5 * workers)


def test_an_error_is_not_kept(valkey: FakeValkey, portal: BlockingPortal) -> None:
    async def twice() -> tuple[list[str], list[int]]:
        make = Maker()
        make.error, _ = True, make.go_on.set()
        with pytest.raises(ArithmeticError):
            await cache.cached("tea", 60, make)
        left = [key for key in valkey.values if not key.startswith("version")]
        make.error = False
        return left, await cache.cached("tea", 60, make)

    assert portal.call(twice) == ([], [2])


def test_without_valkey_the_database_responds(
    valkey: FakeValkey, ada: TestClient
) -> None:
    valkey.gone = True
    tagged(ada, "sql")
    with capture_logs() as lines:
        store.away, store.again = False, 0.0
        asked = valkey.asked
        assert [names(ada) for _ in range(3)] == [["sql"]] * 3
    said = [line["event"] for line in lines if "valkey" in line["event"]]
    assert (said, valkey.asked - asked) == (["valkey is away"], 1)  # nobody waits again
    valkey.gone, store.again = False, 0.0
    with capture_logs() as lines:
        assert names(ada) == ["sql"]
    assert "valkey is back" in [line["event"] for line in lines]
