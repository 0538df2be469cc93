"""Servers that hang, die, answer nonsense or send a client elsewhere: a line of the report, and never a crash."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from course.attacks.address import loopback
from course.attacks.outcome import NotTried, Outcome, ServerFailed
from course.attacks.run import on_server
from course.attacks.wire import Wire
from course.serving.local_client import MOST_BYTES

Answer = Callable[[socket.socket], None]
PATIENCE = 0.5  # seconds; what is proved is that it ends
HTML = b"<!doctype html><h1>Hello</h1>"


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Every connection is given to `answer`, in a thread of its own, after its first bytes have come."""
    listening = socket.create_server(("127.0.0.1", 0))

    def one(link: socket.socket) -> None:
        try:
            link.recv(65_536)
            answer(link)
        except OSError:
            pass
        finally:
            link.close()

    def accept() -> None:
        while True:
            try:
                link, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(link,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def says(status: str, body: bytes = b"", media: str = "application/json", more: str = "") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    return lambda link: link.sendall(head.encode() + body)


def hangs(link: socket.socket) -> None:
    while link.recv(65_536):
        pass


def drips(link: socket.socket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    stop = threading.Event()
    while not stop.wait(PATIENCE / 10):
        link.sendall(b"x")


def never_ends(link: socket.socket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        link.sendall(b"x" * 65_536)


SERVERS: dict[str, Answer] = {
    "hangs": hangs,
    "closes": lambda link: None,
    "drips": drips,
    "never ends": never_ends,
    "no HTTP": lambda link: link.sendall(b"220 mail.example ESMTP\r\n"),
    "half a response": lambda link: link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"),
    "HTML for everything": says("200 OK", HTML, "text/html"),
    "no JSON": says("200 OK", b"{"),
    "a list": says("200 OK", b"[1, 2]"),
    "a contract that is none": says("200 OK", b'{"paths": {"/posts": 1, "/x": {"get": 2}}}'),
    "brackets": says("200 OK", b"[" * 50_000),
    "bytes": says("200 OK", bytes(range(256))),
    "says gzip": says("200 OK", b"not gzip", more="Content-Encoding: gzip\r\n"),
    "500": says("500 Internal Server Error", b"{}"),
    "redirects": says("307 Temporary Redirect", more="Location: http://192.0.2.1/\r\n"),
    "no content": lambda link: link.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"),
}


GRANT = ("a list", "a contract that is none", "no content")  # to everybody, whatever is asked for


@pytest.mark.parametrize("name", SERVERS)
def test_each_attack_ends_with_a_line(name: str) -> None:
    with server(SERVERS[name]) as url:
        report = on_server(url, "a hostile server", patience=PATIENCE, mark="x1")
    assert len(report.lines) > 90
    assert all(each.back for each in report.lines)
    through = [each.attack.name for each in report.lines if each.outcome is Outcome.THROUGH]
    if name == "HTML for everything":  # a page is a page, and this one may stand in any frame
        assert through == ["page-in-a-frame"]
    else:
        assert bool(through) == (name in GRANT), through


def test_a_server_that_dies_halfway_is_said_to_be_gone() -> None:
    with server(says("404 Not Found", b"{}")) as url:
        wire = Wire(loopback(url), PATIENCE)
        assert str(wire.send("GET", "/")) == "404 Not Found"
    for _ in range(3):
        with pytest.raises(ServerFailed, match="no connection: the server is gone"):
            wire.send("GET", "/")
    with pytest.raises(NotTried, match=r"The server no longer answers\."):
        wire.send("GET", "/")
    wire.close()


def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def other(link: socket.socket) -> None:
        asked.append("somebody came")

    with server(other) as elsewhere, server(says("302 Found", more=f"Location: {elsewhere}/\r\n")) as url:
        wire = Wire(loopback(url), PATIENCE)
        assert wire.send("GET", "/").headers["location"] == f"{elsewhere}/"
        wire.close()
    assert asked == []


@pytest.mark.parametrize("path", ["http://192.0.2.1/", "@192.0.2.1/", "evil.example", ":80/"])
def test_a_path_from_a_server_never_leads_to_another_one(path: str) -> None:
    with server(says("200 OK", b"{}")) as url:
        wire = Wire(loopback(url), PATIENCE)
        with pytest.raises(NotTried, match="is not a path of this server"):
            wire.send("GET", path)
        assert wire.send("GET", "//evil.example/x").asked == "GET //evil.example/x"  # came back from ours
        wire.close()


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    with server(says("200 OK", b"{}")) as url:
        wire = Wire(loopback(url), PATIENCE)
        assert wire.send("GET", "/").ok
        wire.close()


def test_a_response_is_read_up_to_a_limit() -> None:
    with server(never_ends) as url:
        wire = Wire(loopback(url), 30)
        assert MOST_BYTES < len(wire.send("GET", "/").text) < MOST_BYTES + 1_000_000
        wire.close()
