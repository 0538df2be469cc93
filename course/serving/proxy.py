"""The bytes of HTTP: a recording proxy, and a request typed by hand."""

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from course.base.errors import CourseError
from course.serving.messages import Exchange, is_whole, made, method, response, taken_apart

HOST = "127.0.0.1"
ANSWER_LIMIT = 10.0  # seconds that a server may take for one answer
UNFINISHED_LIMIT = 2.0  # seconds to wait after half a request: the server waits for the other half


class Tap:
    """A proxy that passes every byte on and keeps a copy: `with server.tap() as wire: … wire.url`."""

    host = HOST

    def __init__(self, target: str) -> None:
        self._target = (urlsplit(target).hostname or HOST, urlsplit(target).port or 80)
        self._talks: list[_Talk] = []
        self._open: list[socket.socket] = []
        self.port = 0

    @property
    def url(self) -> str:
        """The address to send requests to, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    @property
    def exchanges(self) -> list[Exchange]:
        """The complete exchanges so far, in the order in which their connections were opened."""
        ports = (self.port, self._target[1])
        talks = [(bytes(talk.requests), bytes(talk.responses)) for talk in list(self._talks)]
        return [one for talk in talks for one in taken_apart(*talk, ports)]

    def __enter__(self) -> "Tap":
        listener = socket.create_server((HOST, 0))
        self._open.append(listener)
        self.port = listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for sock in self._open:
            _close(sock)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:  # closed by __exit__
                return
            try:
                server = socket.create_connection(self._target, ANSWER_LIMIT)
            except OSError:  # the server is gone: the client sees a closed connection
                _close(client)
                continue
            server.settimeout(None)
            self._open += [client, server]
            talk = _Talk()
            self._talks.append(talk)
            for ends in (client, server, talk.requests), (server, client, talk.responses):
                threading.Thread(target=_pump, args=ends, daemon=True).start()


@dataclass
class _Talk:
    """The two directions of one connection."""

    requests: bytearray = field(default_factory=bytearray)
    responses: bytearray = field(default_factory=bytearray)


def _pump(source: socket.socket, sink: socket.socket, copy: bytearray) -> None:
    try:
        while chunk := source.recv(65536):
            copy += chunk  # before it is passed on: who has the answer finds it recorded
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:  # one side hung up
        _close(source)
        _close(sink)


def _close(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits in accept or recv
    sock.close()


def send(url: str, raw_request: bytes) -> Exchange:
    """Send these bytes over a fresh connection to the server at `url`, and read one whole response.

    Raises CourseError when nothing complete comes back: the usual cause is a request that does not end
    with an empty line, so that the server is still waiting for the rest.
    """
    target = urlsplit(url)
    port = target.port or 80
    limit = ANSWER_LIMIT if is_whole(raw_request) else UNFINISHED_LIMIT
    received, ended = bytearray(), False
    with socket.create_connection((target.hostname or HOST, port), limit) as sock:
        sock.sendall(raw_request)
        while (answer := response(method(raw_request), bytes(received), ended)) is None:
            if ended:
                raise CourseError("The server closed the connection without a complete response.")
            try:
                chunk = sock.recv(65536)
            except TimeoutError:
                raise CourseError(_no_answer(raw_request)) from None
            except ConnectionError:
                chunk = b""
            ended = not chunk
            received += chunk
    return made(raw_request, answer, (port,))


def _no_answer(raw: bytes) -> str:
    if b"\r\n\r\n" not in raw:
        return (
            "The server is still waiting: the headers of a request end with an empty line.\n"
            r"End each line with \r\n, and the last header with \r\n\r\n."
        )
    return (
        "The server sent no complete answer. If the request has a body, "
        "is Content-Length its length in bytes?"
    )
