"""Streams and sockets in tests: no wait without an end."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDisconnect, WebSocketTestSession


def soon(wait: Callable[[], Any]) -> Any:
    """What a call gives that waits; an error after ten seconds."""
    thread = ThreadPoolExecutor(1)
    try:
        return thread.submit(wait).result(10)
    finally:
        thread.shutdown(wait=False)


@contextmanager
def listening(client: TestClient, last: object = None) -> Iterator[Callable[[], str]]:
    """A client of /events; each call gives the kind and the id of the next event."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    with client.stream("GET", "/events", headers=headers) as response:
        lines = response.iter_lines()
        yield lambda: " ".join(
            line.partition(": ")[2]
            for line in iter(lambda: soon(lines.__next__), "")
            if not line.startswith("data")
        )


@contextmanager
def talking(
    client: TestClient, path: str, after: int = 0, **headers: str
) -> Iterator[Callable[[], Any]]:
    """A client that has said who it is; each call gives what it is told next."""
    token = client.headers.get("Authorization", "").removeprefix("Bearer ")
    with client.websocket_connect(f"{path}/comments/live", headers=headers) as socket:
        socket.send_json({"token": token, "after": after})
        yield lambda: told(socket)


def told(socket: WebSocketTestSession) -> Any:
    """The text of a comment, another message, or the code of the end."""
    try:
        message = soon(socket.receive_json)
    except WebSocketDisconnect as end:
        return end.code
    return message["comment"]["content"] if "comment" in message else message
