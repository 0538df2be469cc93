"""Clients that go on reading while servers come and go behind a proxy."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from course import load_balancer, serve, traffic
from course.serving.server import Server


def named(name: str) -> Server:
    app = FastAPI(title=name)
    app.get("/")(lambda: name)
    return serve(app, key=name)


def test_each_step_tells_who_has_responded(tmp_path: Path) -> None:
    current = tmp_path / "current"
    with named("one") as one, named("two") as two, load_balancer(current=current) as proxy:
        current.write_text(str(one.port), "ascii")
        with traffic(proxy, "/") as clients:
            assert set(clients.at("one runs")) == {("one", 200)}
            current.with_suffix(".new").write_text(str(two.port), "ascii")
            current.with_suffix(".new").replace(current)
            assert set(clients.at("two runs")) == {("two", 200)}
            assert clients.lost == 0
            two.stop()
            assert set(clients.at("none")) == {("the proxy", 502)}
        assert clients.lost >= 20
        assert clients.steps[:2] == [("deploy", "one runs"), ("one", "responds 200")]


def test_a_file_names_the_current_server(tmp_path: Path) -> None:
    current = tmp_path / "current"
    with named("one") as one, named("two") as two, load_balancer(current=current) as proxy:
        for server in (one, two):
            current.write_text(f"{server.port}\n", "ascii")
            assert httpx.get(proxy.url).json() == server.key
        two.stop()
        assert httpx.get(proxy.url).status_code == 502


def test_a_server_with_a_grace_period_finishes_what_has_begun(tmp_path: Path) -> None:
    lines = [
        "import fastapi",
        "app = fastapi.FastAPI()",
        "@app.post('/')",
        "def read(data: dict): return data",
    ]
    (tmp_path / "slow_app.py").write_text("\n".join(lines), "utf-8")
    half, rest = threading.Event(), threading.Event()

    def body() -> Iterator[bytes]:
        yield b'{"a":'
        half.set()
        rest.wait(60)
        yield b" 1}"

    got: list[httpx.Response] = []
    server = serve("slow_app:app", folder=tmp_path, key="slow", grace=60)
    kind = {"Content-Type": "application/json"}
    client = threading.Thread(
        target=lambda: got.append(httpx.post(server.url, content=body(), headers=kind, timeout=60))
    )
    client.start()
    half.wait(60)
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    stopper.join(2)  # longer than the ordinary grace
    assert stopper.is_alive()
    rest.set()
    client.join()
    stopper.join()
    assert got[0].json() == {"a": 1}
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
