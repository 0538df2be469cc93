"""What the tests of the live board share: a board that runs, and learners who send to it. No tests in here."""

import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from course import postgres
from course.classroom.board import server
from course.classroom.board.limits import Buckets
from course.classroom.board.settings import Settings

CODE, KEY = "K7PQ2MDX", "the instructor's key in a test"
GUARD = 60.0  # seconds after which something is called stuck
client = httpx.Client(timeout=GUARD, verify=False)  # one for all: to make one takes longer than a request
_number = itertools.count(1)


@contextmanager
def room() -> Iterator[Settings]:
    """A room with a database of its own."""
    name = f"board_{os.getpid()}_{next(_number)}"
    try:
        yield Settings(postgres.create(name), CODE, KEY)
    finally:
        postgres.drop(name)


@contextmanager
def serving(settings: Settings, **rates: Buckets) -> Iterator[str]:
    """A board of that room in a thread; its address. `rates` replace the board's own."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 0))
        running = server.of_room(settings)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        wait_until(lambda: running.started)
        app: Any = running.config.app
        for name, bucket in rates.items():
            setattr(app.state.board.rates, name, bucket)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join(GUARD)


@contextmanager
def board(**rates: Buckets) -> Iterator[str]:
    """A board of a new room; its address."""
    with room() as settings, serving(settings, **rates) as address:
        yield address


def wait_until(happens: Any) -> Any:
    """What a condition gives, once it is true."""
    end = time.monotonic() + GUARD
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return found


@dataclass
class Sender:
    """A learner as a program: joined, with a token."""

    address: str
    name: str
    token: str
    sequence: int = 0

    @classmethod
    def joined(cls, address: str, name: str = "") -> "Sender":
        reply = client.post(f"{address}/join", json={"code": CODE, "name": name})
        reply.raise_for_status()
        return cls(address, **reply.json())

    def event(self, about: str = "1.2a", event: str = "check", **more: Any) -> dict[str, Any]:
        """The next event, as it is sent."""
        self.sequence += 1
        return {
            "sequence": self.sequence,
            "at": "2026-03-02T09:00:00+00:00",
            "event": event,
            "id": about,
        } | more

    def post(self, *events: dict[str, Any], **headers: str) -> httpx.Response:
        """What the board answers to these events."""
        sent = {"Authorization": f"Bearer {self.token}"} | headers
        return client.post(f"{self.address}/events", json={"events": list(events)}, headers=sent)


@contextmanager
def instructor(address: str) -> Iterator[httpx.Client]:
    """A client that has shown the key."""
    with httpx.Client(base_url=address, timeout=GUARD, verify=False) as client:
        client.post("/session", json={"key": KEY}).raise_for_status()
        yield client
