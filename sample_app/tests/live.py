"""Streams and sockets in tests: no wait without an end."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDisconnect, WebSocketTestSession

T = TypeVar("T")


def soon(wait: Callable[[], T]) -> T:
    """What a call gives that waits; an error after ten seconds."""
    thread = ThreadPoolExecutor(1)
    try:
        return thread.submit(wait).result(10)
    finally:
        thread.shutdown(wait=False)


class Events:
    """The events of a stream, one after the other."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def next(self) -> tuple[str, str | None]:
        """The kind of the next event, and its id."""
        found: dict[str, str] = {}
        while line := soon(self.lines.__next__):
            name, _, value = line.partition(": ")
            found[name] = value
        return found["event"], found.get("id")


@contextmanager
def listening(client: TestClient, **headers: str) -> Iterator[Events]:
    """A client of /events."""
    with client.stream("GET", "/events", headers=headers) as response:
        assert response.status_code == 200
        yield Events(response.iter_lines())


def token_of(client: TestClient) -> str:
    return client.headers["Authorization"].removeprefix("Bearer ")


@contextmanager
def talking(
    client: TestClient, path: str, after: int = 0, **headers: str
) -> Iterator[WebSocketTestSession]:
    """A client that has said who it is; all comments are new to it."""
    with client.websocket_connect(f"{path}/comments/live", headers=headers) as socket:
        socket.send_json({"token": token_of(client), "after": after})
        yield socket


def comment(socket: WebSocketTestSession) -> str:
    """What the comment says that the server sends next."""
    text: str = soon(socket.receive_json)["comment"]["content"]
    return text


def code(socket: WebSocketTestSession) -> int:
    """With which code the server closes; it says nothing before."""
    try:
        said: Any = soon(socket.receive_json)
    except WebSocketDisconnect as end:
        return end.code
    raise AssertionError(json.dumps(said))
