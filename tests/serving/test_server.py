"""A real uvicorn beside a notebook, and the bytes on its wire."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from course.base.errors import CourseError
from course.serving.server import Server, serve, stop_all

HANG = 30.0  # seconds; a guard, not a measurement
APP = """
from fastapi import FastAPI
app = FastAPI(title="Postboard")
print("imported", flush=True)

@app.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    print("asked for", post_id, flush=True)
    return {"id": post_id}
"""


@pytest.fixture(autouse=True)
def no_server_is_left() -> Iterator[None]:
    yield
    stop_all()


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(title="Postboard")

    @app.get("/posts/{post_id}")
    def read_post(post_id: int) -> dict:
        return {"id": post_id}

    @app.post("/posts")
    def create_post(post: dict) -> dict:
        return post

    @app.get("/slash/")
    def with_slash() -> None: ...

    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder with spaces"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "main.py").write_text(APP)
    (folder / "token.py").write_text(
        "raise ImportError('a file of the learner, not the library of that name')"
    )
    return folder


def answers(server: Server) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection((server.host, server.port), 5).close()
        return True
    return False


def test_a_tap_records_what_travelled(app: FastAPI) -> None:
    with serve(app) as server, server.tap() as wire:
        answer = httpx.post(f"{wire.url}/posts?draft=1", json={"title": "Hi"})
        (one,) = wire.exchanges
    assert (one.method, one.path, one.status, one.reason) == ("POST", "/posts?draft=1", 200, "OK")
    assert one.request.startswith(b"POST /posts?draft=1 HTTP/1.1\r\n")
    assert one.request.endswith(b'\r\n\r\n{"title":"Hi"}') and one.request_body == b'{"title":"Hi"}'
    assert one.response.startswith(b"HTTP/1.1 200 OK\r\n")
    assert one.body == answer.content
    assert one.request_headers["content-type"] == "application/json"
    assert one.response_headers["content-length"] == str(len(one.body))


def test_a_tap_tells_exchanges_on_one_connection_apart(app: FastAPI) -> None:
    with serve(app) as server, server.tap() as wire:
        with httpx.Client(base_url=wire.url) as client:
            for path in ("/posts/1", "/posts/2", "/nothing"):
                client.get(path)
            client.head("/posts/1")
        httpx.get(f"{wire.url}/posts/3")
    seen = [(one.method, one.path, one.status) for one in wire.exchanges]
    assert seen[:3] == [
        ("GET", "/posts/1", 200),
        ("GET", "/posts/2", 200),
        ("GET", "/nothing", 404),
    ]
    assert seen[3:] == [("HEAD", "/posts/1", 405), ("GET", "/posts/3", 200)]


def test_no_port_is_seen_in_an_exchange(app: FastAPI) -> None:
    with serve(app) as server, server.tap() as wire:
        httpx.get(f"{wire.url}/slash")
        (one,) = wire.exchanges
        ports = (str(wire.port), str(server.port))
    assert one.request_headers["host"] == "postboard.local"
    assert one.response_headers["location"] == "http://postboard.local/slash/"
    shown = f"{one!r} {one.request!r} {one.response!r} {one.request_headers} {one.response_headers}"
    assert not any(port in shown for port in ports)


def test_a_request_can_be_typed_by_hand(app: FastAPI) -> None:
    with serve(app) as server:
        one = server.send(b"GET /posts/7 HTTP/1.1\r\nHost: postboard\r\n\r\n")
        assert (one.status, one.body) == (200, b'{"id":7}')
        assert server.send(b"HEAD /docs HTTP/1.1\r\nHost: x\r\n\r\n").body == b""
        old = server.send(b"GET /posts/7 HTTP/1.0\r\n\r\n")
        assert old.body == b'{"id":7}'


def test_a_wrong_request_typed_by_hand_gets_its_400(app: FastAPI) -> None:
    with serve(app) as server:
        for wrong in (b"GET /posts/7 HTTP/1.1\r\n\r\n", b"HELLO\r\n\r\n"):
            one = server.send(wrong)
            assert (one.status, one.request) == (400, wrong)
            assert one.body == b"Invalid HTTP request received."


@pytest.mark.parametrize(
    ("half", "why"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", "end with an empty line"),
        (b"POST /posts HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}", "Content-Length"),
    ],
)
def test_half_a_request_is_explained_instead_of_waiting(app: FastAPI, half: bytes, why: str) -> None:
    with serve(app) as server, pytest.raises(CourseError, match=why):
        server.send(half)


def test_by_default_it_serves_what_the_notebook_would_import(tmp_path, monkeypatch):
    """A lesson's page has its app first on the path, wherever the notebook itself lies."""
    package = tmp_path / "elsewhere" / "shown_app"
    package.mkdir(parents=True)
    (package / "main.py").write_text("from fastapi import FastAPI\napp = FastAPI(title='found')\n")
    monkeypatch.syspath_prepend(str(package.parent))
    with serve("shown_app.main:app") as server:
        assert httpx.get(f"{server.url}/openapi.json").json()["info"]["title"] == "found"
