"""How often a caller may comment: two workers count together."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from tests.fake_valkey import FakeValkey

from app import rates
from app.settings import settings
from app.store import store

Say = Callable[[TestClient], Response]


@pytest.fixture
def valkey(monkeypatch: pytest.MonkeyPatch) -> FakeValkey:
    """An empty Valkey of this test, and a limit of three comments."""
    fake = FakeValkey()
    monkeypatch.setattr(store, "client", fake)
    monkeypatch.setattr(store, "again", 0.0)
    monkeypatch.setattr("app.store.PAUSE", 3600)
    monkeypatch.setattr(rates, "counts", {})
    monkeypatch.setattr(settings, "comments_per_minute", 3)
    return fake


@pytest.fixture
def say(path: str) -> Say:
    """Comment on a post."""
    return lambda client: client.post(f"{path}/comments", json={"content": "Hi"})


def test_three_in_a_minute(
    valkey: FakeValkey, ada: TestClient, bob: TestClient, say: Say
) -> None:
    assert [say(ada).status_code for _ in range(3)] == [201] * 3
    valkey.now += 20
    refused = say(ada)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert say(bob).status_code == 201
    valkey.now += 40
    assert say(ada).status_code == 201


def test_another_worker_counts_on(
    valkey: FakeValkey, ada: TestClient, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [say(ada).status_code for _ in range(2)]
    monkeypatch.setattr(rates, "counts", {})  # what a worker knows alone
    assert [*seen, say(ada).status_code, say(ada).status_code] == [201] * 3 + [429]


def test_without_valkey_a_worker_counts_alone(
    valkey: FakeValkey, ada: TestClient, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    valkey.gone = True
    now = 100.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(rates, "time", clock)  # not the clock of the event loop
    assert [say(ada).status_code for _ in range(4)] == [201] * 3 + [429]
    now += 59
    assert say(ada).headers["Retry-After"] == "1"
    now += 1
    assert say(ada).status_code == 201


def test_a_worker_does_not_remember_everybody(
    valkey: FakeValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 5)
    for number in range(12):
        rates._alone(f"caller {number}", 60)
    assert len(rates.counts) <= 5
