"""A real uvicorn beside a notebook, and the bytes on its wire."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from course.base.errors import CourseError
from course.base.paths import ROOT
from course.serving.balancer import load_balancer
from course.serving.server import Server, serve, stop_all

HANG = 30.0  # seconds; a guard, not a measurement
APP = """
from fastapi import FastAPI, Request
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


def test_an_app_of_the_notebook_is_served_over_real_http(app: FastAPI) -> None:
    server = serve(app)
    assert httpx.get(f"{server.url}/posts/1").json() == {"id": 1}
    assert server.url == f"http://127.0.0.1:{server.port}"


def test_an_app_named_by_a_string_runs_in_its_own_process(folder: Path) -> None:
    server = serve("app.main:app", folder=folder)
    assert httpx.get(f"{server.url}/posts/2").json() == {"id": 2}
    assert "app.main" not in sys.modules


def test_what_an_app_in_its_own_process_prints_can_be_read(folder: Path) -> None:
    server = serve("app.main:app", folder=folder)
    for post in (1, 2):
        httpx.get(f"{server.url}/posts/{post}")
        assert f"asked for {post}" in server.output()
    assert server.output() == "imported\nasked for 1\nasked for 2\n"


def test_the_current_folder_is_the_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert httpx.get(f"{serve('app.main:app').url}/posts/1").status_code == 200


def test_a_server_says_its_name_and_not_its_port(app: FastAPI, folder: Path) -> None:
    server = serve(app)
    assert repr(server) == "<Server running: Postboard>"
    server.stop()
    assert repr(server) == "<Server stopped: Postboard>"
    assert repr(serve("app.main:app", folder=folder)) == "<Server running: app.main:app>"


@pytest.mark.parametrize("own_process", [False, True])
def test_a_stopped_server_answers_no_more_and_may_be_stopped_again(
    app: FastAPI, folder: Path, own_process: bool
) -> None:
    with serve("app.main:app" if own_process else app, folder=folder) as server:
        assert answers(server)
    assert not answers(server)
    server.stop()


def test_serving_again_replaces_the_server_of_the_same_name(app: FastAPI, folder: Path) -> None:
    first, second = serve(app), serve(FastAPI(title="Postboard"))
    assert (answers(first), answers(second)) == (False, True)
    first, second = (serve("app.main:app", folder=folder) for _ in range(2))
    assert (answers(first), answers(second)) == (False, True)


def test_two_keys_keep_two_servers_of_the_same_app(app: FastAPI) -> None:
    first, second = serve(app, key="one"), serve(app, key="two")
    assert answers(first) and answers(second)


def test_a_response_has_no_date_so_that_it_is_the_same_each_time(app: FastAPI) -> None:
    headers = httpx.get(f"{serve(app).url}/posts/1").headers
    assert "date" not in headers
    assert headers["server"] == "uvicorn"


def test_a_server_prints_nothing(app: FastAPI, capfd: pytest.CaptureFixture[str]) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise ValueError("mine")

    with serve(app) as server:
        assert httpx.get(f"{server.url}/broken").status_code == 500
    assert capfd.readouterr() == ("", "")


def test_the_lifespan_runs_around_the_server() -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(app: FastAPI):  # type: ignore[no-untyped-def]
        seen.append("start")
        yield
        seen.append("end")

    with serve(FastAPI(lifespan=lifespan)):
        assert seen == ["start"]
    assert seen == ["start", "end"]


BROKEN = {
    "a name that does not exist": ("app = nme", "NameError: name 'nme' is not defined", "line 1"),
    "a syntax error": ("x = 1\napp = (", "SyntaxError: '(' was never closed", "line 2"),
    "a lifespan that raises": (
        "from fastapi import FastAPI\n"
        "async def start(app):\n"
        "    raise ValueError('no database')\n"
        "    yield\n"
        "app = FastAPI(lifespan=start)",
        "ValueError: no database",
        "line 3",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_start_that_fails_is_told_by_the_apps_own_error(folder: Path, case: str) -> None:
    code, error, line = BROKEN[case]
    (folder / "app" / "broken.py").write_text(code)
    with pytest.raises(CourseError) as caught:
        serve("app.broken:app", folder=folder)
    assert f"{error}\n  in app/broken.py, {line}" in str(caught.value)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("app.nowhere:app", "ModuleNotFoundError: No module named 'app.nowhere'"),
        ("app.main:ap", "AttributeError: app.main has no name 'ap'"),
        ("app.main", "write module and variable"),
    ],
)
def test_a_wrong_name_of_an_app_is_explained(folder: Path, name: str, error: str) -> None:
    with pytest.raises(CourseError, match=error):
        serve(name, folder=folder)


def test_an_app_that_ends_its_process_is_explained(folder: Path) -> None:
    (folder / "app" / "ends.py").write_text("import os\nos._exit(3)")
    with pytest.raises(CourseError, match="its process ended without a word"):
        serve("app.ends:app", folder=folder)


def test_a_failed_lifespan_of_a_notebooks_app_names_the_file_and_line() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI):  # type: ignore[no-untyped-def]
        raise ValueError("no database")
        yield

    with pytest.raises(CourseError, match="ValueError: no database\n  in .*test_server.py, line"):
        serve(FastAPI(lifespan=lifespan))


KERNEL = """
import sys, time
from pathlib import Path
from course import serve
print(serve("app.main:app", folder=Path(sys.argv[1])).port, flush=True)
if sys.argv[2] == "killed":
    time.sleep(600)
"""


@pytest.mark.parametrize("how", ["killed", "ended"])
def test_a_server_process_ends_with_its_kernel(folder: Path, how: str) -> None:
    kernel = subprocess.Popen(
        [sys.executable, "-c", KERNEL, str(folder), how],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with kernel:
        assert kernel.stdout is not None
        port = int(kernel.stdout.readline())
        if how == "killed":
            kernel.kill()
        deadline = time.monotonic() + HANG
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 5).close()
            except OSError:
                return
            time.sleep(0.05)
    pytest.fail("the server still answers")


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_docs_page_needs_no_other_host(app: FastAPI, page: str) -> None:
    server = serve(app)
    html = httpx.get(server.url + page).text
    assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w+", html)
    named = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert any(name.endswith(".js") for name in named)
    for name in named:
        answer = httpx.get(server.url + name)
        assert answer.status_code == 200 and len(answer.content) > 500


def test_docs_follow_the_apps_own_addresses() -> None:
    server = serve(FastAPI(title="Moved", docs_url="/manual", redoc_url=None))
    assert "swagger-ui-bundle.js" in httpx.get(f"{server.url}/manual").text
    assert [httpx.get(server.url + page).status_code for page in ("/docs", "/redoc")] == [404, 404]
    assert httpx.get(f"{server.url}/-course-docs/../core.py").status_code == 404


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


def _named(name: str) -> Server:
    app = FastAPI(title=name)

    @app.post("/who")
    def who(request: Request, kind: str) -> dict:
        return {"name": name, "kind": kind, "key": request.headers.get("x-key")}

    return serve(app)


def test_a_load_balancer_takes_turns_and_leaves_out_what_was_stopped():
    one, two = _named("one"), _named("two")
    balancer = load_balancer(one, two)

    def ask() -> httpx.Response:
        return httpx.post(f"{balancer.url}/who?kind=test", headers={"x-key": "k"})

    seen = [ask() for _ in range(4)]
    assert [each.json()["name"] for each in seen] == ["one", "two", "one", "two"]
    assert seen[1].headers["x-served-by"] == "server 2"
    assert seen[0].json() == {"name": "one", "kind": "test", "key": "k"}
    one.stop()
    assert [ask().json()["name"] for _ in range(2)] == ["two", "two"]
    two.stop()
    assert ask().status_code == 503


def test_a_sticky_load_balancer_stays_with_one_server_while_it_runs():
    one, two = _named("one"), _named("two")
    balancer = load_balancer(one, two, sticky=True)

    def ask() -> str:
        return httpx.post(f"{balancer.url}/who?kind=test").json()["name"]

    assert [ask() for _ in range(3)] == ["one"] * 3
    one.stop()
    assert ask() == "two"


def test_a_server_of_its_own_process_is_killed_at_once(folder: Path, app: FastAPI) -> None:
    server = serve("app.main:app", folder=folder)
    assert answers(server)
    server.kill()
    assert not answers(server) and not server.running
    with pytest.raises(CourseError, match="runs in the kernel itself"):
        serve(app).kill()
