"""The WebSocket of a check: whatever a server does with it, a requirement ends with a sentence."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from course.projects.chat.seat import Gap, Seat
from course.projects.outcome import NotYet, Silent
from course.projects.talk import CUT, Talk
from course.serving.loopback import Place

WELCOME = '{"type": "welcome", "online": []}'


@contextmanager
def server(hold: Callable[[ServerConnection], None]) -> Iterator[Place]:
    with serve(hold, "127.0.0.1", 0, compression=None) as running:
        assert isinstance(running, Server)
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield Place("http", "127.0.0.1", "127.0.0.1", running.socket.getsockname()[1])
        running.shutdown()


@contextmanager
def raw(answer: bytes) -> Iterator[Place]:
    """A server that says this, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.recv(4096)
                connection.sendall(answer)

        threading.Thread(target=run, daemon=True).start()
        yield Place("http", "127.0.0.1", "127.0.0.1", listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 Moved\r\nLocation: ws://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Hi</h1>",
    ],
    ids=["nothing", "no HTTP", "forbidden", "a redirect to another machine", "a page"],
)
def test_a_server_without_websockets(answer: bytes) -> None:
    with raw(answer) as place, pytest.raises(NotYet, match="The server accepts a WebSocket.") as found:
        Talk(place, "/rooms/1/live", patience=1)
    assert found.value.got and found.value.asked == "WebSocket /rooms/1/live"


def test_a_server_that_is_gone() -> None:
    with pytest.raises(NotYet, match="accepts a WebSocket"):
        Talk(Place("http", "127.0.0.1", "127.0.0.1", 1), "/", patience=1)


@pytest.mark.parametrize("frame", ["no JSON", "[1]", "{}", b"\xff\x00", '{"type": 7}', "[" * 100_000])
def test_odd_frames(frame: str | bytes) -> None:
    with server(lambda connection: connection.send(frame)) as place:
        talk = Talk(place, "/", patience=5)
        with pytest.raises(NotYet, match="a text with a JSON object"):
            talk.hear()
        talk.cut()


def test_a_server_that_says_nothing_or_ends() -> None:
    def hold(connection: ServerConnection) -> None:
        if connection.recv() == "end":
            connection.close(3003)
        connection.recv()

    with server(hold) as place:
        talk = Talk(place, "/", patience=0.5)
        talk.say("go on")
        with pytest.raises(Silent, match="No frame came within 0.5 seconds."):
            talk.hear()
        with pytest.raises(NotYet) as found:
            talk.closed(3000)
        assert "is not closed after" in found.value.got
        talk.cut()
        ended = Talk(place, "/", patience=5)
        ended.say({"token": "not-a-real-token"})
        ended.say("end")
        assert "not-a-real" not in ended.asked
        ended.close()


def test_codes_are_told() -> None:
    with server(lambda connection: connection.close(3003)) as place:
        talk = Talk(place, "/", patience=5)
        with pytest.raises(NotYet) as found:
            talk.closed(3000)
        assert found.value.got == "expected the close code 3000, got 3003"
        assert talk.closed(3003, CUT) == 3003
        talk.say("nobody hears it")


@pytest.mark.parametrize(
    ("numbers", "got"), [([2], "after 0 came 2"), ([1, 1], "after 1 came 1"), ([None], "after 0 came None")]
)
def test_gaps_are_noticed(numbers: list[object], got: str) -> None:
    def hold(connection: ServerConnection) -> None:
        connection.send(WELCOME)
        for each in numbers:
            connection.send(f'{{"type": "message", "number": {"null" if each is None else each}}}')
        connection.recv()

    with server(hold) as place:
        seat = Seat(Talk(place, "/", patience=5), "ann", 0)
        with pytest.raises(Gap) as found:
            seat.message(3)
        assert found.value.got == got and "welcome" in found.value.answered
        seat.talk.cut()


def test_a_server_that_never_stops_talking() -> None:
    def hold(connection: ServerConnection) -> None:
        connection.send(WELCOME)
        with contextlib.suppress(ConnectionClosed):
            while True:
                connection.send('{"type": "typing", "name": "ben"}')

    with server(hold) as place:
        seat = Seat(Talk(place, "/", patience=60), "ann", 0)
        with pytest.raises(NotYet, match="no more than it has to"):
            seat.message(1)
        seat.talk.cut()
