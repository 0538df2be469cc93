"""Caddy in front of two small servers; skipped where it has no binary."""

import subprocess
import sys
from collections.abc import Iterator

import httpx
import psutil
import pytest
from fastapi import FastAPI

from course import caddy, serve
from course.base.errors import CourseError
from course.serving.caddy import Caddy, program
from course.serving.server import Server

pytestmark = pytest.mark.skipif(program() is None, reason="Caddy has no binary here")

FILE = "{$LISTEN} {\n\treverse_proxy {$APPS} {\n\t\tlb_policy round_robin\n\t\tlb_try_duration 2s\n\t}\n}\n"


def named(name: str) -> Server:
    app = FastAPI(title=name)
    app.get("/")(lambda: name)
    return serve(app, key=name)


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    started = [named(name) for name in ("one", "two", "three")]
    yield started
    for each in started:
        each.stop()


def seen(proxy: Server) -> set[str]:
    return {httpx.get(proxy.url).json() for _ in range(6)}


def test_requests_go_to_those_that_run(servers: list[Server]) -> None:
    one, two, three = servers
    with caddy(FILE, one, two) as proxy:
        assert seen(proxy) == {"one", "two"}
        assert isinstance(proxy, Caddy)
        one.stop()
        assert seen(proxy) == {"two"}
    with caddy(FILE, two, three) as proxy:
        assert seen(proxy) == {"two", "three"}
    with pytest.raises(httpx.ConnectError):
        httpx.get(proxy.url)


def test_a_wrong_configuration_is_told() -> None:
    with pytest.raises(CourseError, match="Caddyfile:2: unrecognized directive: nonsense"):
        caddy("{$LISTEN} {\n\tnonsense\n}\n")


def test_it_ends_with_the_process_that_started_it() -> None:
    code = f"from course import caddy\nproxy = caddy({FILE.replace('{$APPS}', 'localhost:1')!r})\n"
    code += "import sys\nprint(proxy.port, flush=True)\nsys.stdin.read()"
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    starter.stdout.readline()
    below = psutil.Process(starter.pid).children(recursive=True)
    assert any("caddy" in each.name() for each in below)
    starter.kill()
    starter.communicate()
    assert psutil.wait_procs(below, timeout=20)[1] == []
