"""Whatever a project does instead of serving, the check ends, and says in a sentence what it was."""

import contextlib
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from course.base.errors import CourseError
from course.projects import wire
from course.projects.check import check
from course.projects.outcome import Outcome
from course.projects.report import Report

SERVER = """
import os, socket, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        {body}
    do_POST = do_DELETE = do_GET
    def log_message(self, *_): pass
    def say(self, status, text="", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

{before}
ThreadingHTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""
ASKED, ANY_FREE = 'int(os.environ["PORT"])', "0"
NOTHING = 'migrate = "python -c pass"\n'


def project(
    folder: Path, body: str = "pass", *, before: str = "", port: str = ASKED, more: str = NOTHING
) -> Path:
    (folder / "server.py").write_text(SERVER.format(body=body, before=before, port=port))
    (folder / "project.toml").write_text(f'start = "python server.py"\n{more}')
    return folder


def healthy(folder: Path, **options: float) -> tuple[str, str]:
    """Why `GET /health` is not yet what it should be, and what came instead."""
    report = check(
        "todo", folder, only=["is-healthy"], seed=1, start_limit=options.get("start_limit", 60), patience=2
    )
    (line,) = report.lines
    assert line.outcome is Outcome.NOT_YET
    return line.why, f"{line.got} {line.answered}".strip()


def test_a_server_that_does_not_start(tmp_path: Path) -> None:
    why, got = healthy(project(tmp_path, before='raise SystemExit("no settings")'))
    assert (why, got) == ("The server did not start.", "exit status 1: no settings")


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text(f'start = "no-such-program --now"\n{NOTHING}')
    why, got = healthy(tmp_path)
    assert why == "The command for start cannot be run." and got


def test_a_server_on_another_port(tmp_path: Path) -> None:
    why, got = healthy(project(tmp_path, port=ANY_FREE), start_limit=3)
    assert "at the port in $PORT" in why and "it listens on " in got


def test_a_server_that_hangs(tmp_path: Path) -> None:
    why, _ = healthy(project(tmp_path, body="import time; time.sleep(600)"))
    assert why == "No whole response came within 2 seconds."


def test_a_server_that_answers_byte_by_byte(tmp_path: Path) -> None:
    body = """
        import time
        self.send_response(200); self.end_headers()
        while True: self.wfile.write(b"x"); time.sleep(0.1)"""
    assert healthy(project(tmp_path, body=body))[0] == "No whole response came within 2 seconds."


def test_a_server_that_prints_megabytes(tmp_path: Path) -> None:
    loud = 'print("x" * 20_000_000, flush=True)'
    why, got = healthy(project(tmp_path, body="self.say(500)", before=loud))
    assert why.startswith("`GET /health` is a 200") and "expected 200, got 500" in got


def test_a_server_that_sends_megabytes(tmp_path: Path) -> None:
    why, got = healthy(project(tmp_path, body='self.say(200, "x" * 20_000_000)'))
    assert why == "The body is JSON." and len(got) < 700


def test_a_server_that_dies_in_the_middle(tmp_path: Path) -> None:
    why, got = healthy(project(tmp_path, body='print("no memory", flush=True); os._exit(3)'))
    assert why == "The connection was closed without a whole response."
    assert got == "the server has ended with exit status 3: no memory"


def test_a_server_that_dies_is_started_again_for_the_next_requirement(tmp_path: Path) -> None:
    report = check("todo", project(tmp_path, body="os._exit(3)"), stage=1, seed=1, patience=5)
    assert [line.outcome for line in report.lines] == [Outcome.DONE, Outcome.NOT_YET, Outcome.NOT_YET] or [
        line.outcome for line in report.lines
    ] == [Outcome.NOT_YET] * 3
    assert "has ended with exit status 3" in report.lines[2].got


def test_a_connection_that_is_closed_after_an_error_costs_the_next_requirement_nothing(
    tmp_path: Path,
) -> None:
    body = """
        if hasattr(self, "failed"): self.close_connection = True; return
        if (self.command, self.path) == ("GET", "/health"): self.failed = True; return self.say(500)
        self.say(404, '{"type": "x", "title": "x", "detail": "x", "status": 404}',
                 **{"Content-Type": "application/problem+json"})"""
    kept = 'Handler.protocol_version = "HTTP/1.1"'
    report = check("todo", project(tmp_path, body=body, before=kept), stage=1, seed=1, patience=5)
    assert [line.outcome for line in report.lines[1:]] == [Outcome.NOT_YET, Outcome.DONE]


def test_a_server_that_answers_html(tmp_path: Path) -> None:
    why, got = healthy(
        project(tmp_path, body='self.say(200, "<h1>Hi</h1>", **{"Content-Type": "text/html"})')
    )
    assert why == "The body is JSON." and "200 (HTML)" in got


def test_a_server_that_redirects_for_ever(tmp_path: Path) -> None:
    _, got = healthy(project(tmp_path, body="self.say(307, Location=self.path)"))
    assert got.startswith("expected 200, got 307")


def test_a_server_that_speaks_no_http(tmp_path: Path) -> None:
    why, _ = healthy(project(tmp_path, body="self.wfile.write(b'hello')"))
    assert why == "The connection was closed without a whole response."


def test_a_database_that_is_gone(tmp_path: Path) -> None:
    report = check("todo", project(tmp_path), only=["writes-ahead"], stage=7, seed=1, patience=2)
    (line,) = report.lines
    assert line.outcome is Outcome.NOT_YET and line.why


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("", "project.toml names no command for migrate."),
        ("migrate = \"python -c 'raise SystemExit(7)'\"\n", "The command failed."),
        ('migrate = "no-such-program"\n', "The command for migrate cannot be run."),
        ('migrate = "python -c \'unclosed"\n', "The command for migrate cannot be run."),
    ],
)
def test_a_migration_that_fails(tmp_path: Path, more: str, sentence: str) -> None:
    folder = project(tmp_path, more=more)
    (line,) = check("todo", folder, only=["migrates"], seed=1).lines
    assert (line.outcome, line.why) == (Outcome.NOT_YET, sentence)
    with pytest.raises(CourseError, match="Stage 1 asks for it"):
        check("todo", folder, stage=3)


@pytest.mark.parametrize("text", [None, "start = 7", "start = ", "", 'start = "x"\nmigrate = 1', "\xff"])
def test_a_project_file_that_says_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "project.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(CourseError, match="Nothing was checked"):
        check("todo", tmp_path)


def test_odd_json_is_a_sentence(tmp_path: Path) -> None:
    body = 'self.say(201 if self.command == "POST" else 200, \'{"access_token": [], "items": [7, null]}\')'
    report = check("todo", project(tmp_path, body=body), stage=5, seed=1, patience=5)
    assert {line.outcome for line in report.lines} == {Outcome.NOT_YET}
    assert all(line.why and line.asked for line in report.lines)


def test_other_machines_are_never_asked(tmp_path: Path) -> None:
    for url in ("http://192.0.2.1", "http://example.com@192.0.2.1:80"):
        with pytest.raises(CourseError, match="was not checked: 192.0.2.1 is"):
            check("todo", url=url)
    with pytest.raises(CourseError, match="no server listens"):
        check("todo", url="http://127.0.0.1:1")


def test_an_unknown_project_or_stage_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="'tea' is no graduation project"):
        check("tea")
    with pytest.raises(CourseError, match="It has the stages 1 to 7"):
        check("todo", stage=8)


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    child = (
        "import subprocess; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    )
    note = "open('pid', 'w').write(str(child.pid))"
    healthy(project(tmp_path, body="self.say(500)", before=f"{child}\n{note}"))
    with contextlib.suppress(psutil.NoSuchProcess):
        assert psutil.Process(int((tmp_path / "pid").read_text())).status() == psutil.STATUS_ZOMBIE


def shown(report: Report) -> str:
    console = Console(width=100, file=io.StringIO())
    report.show(console)
    return console.file.getvalue()


def test_at_an_address_what_needs_our_own_server_is_not_tried() -> None:
    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        report = check("todo", url=f"http://127.0.0.1:{server.server_port}", stage=1)
        server.shutdown()
    assert [line.outcome for line in report.lines] == [Outcome.NOT_TRIED, Outcome.NOT_YET, Outcome.NOT_YET]
    assert "leave --url out" in report.lines[0].why
    text = shown(report)
    assert "→ GET /health" in text and "← 404 (HTML)" in text and "--seed" in text
    assert wire.PATIENCE >= 20
