"""A whole room at once, played by a program: each learner logs in, opens a lesson, runs it and is checked.

    .venv/bin/python deploy/jupyterhub/rehearse.py passwords.txt --hub http://127.0.0.1:8000 --lesson 2.3

passwords.txt holds "name password", a line each, as add_learners prints them. Run it as root on the hub's
own machine, and it measures memory and processor time too. The learners' folders are used as learners use
them, so take names that nobody needs, or run it before the first day.
"""

import argparse
import json
import re
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import nbformat
from load import Load
from websockets.sync.client import connect

from course.content import catalog

PATIENCE = 300.0  # seconds for anything: fifteen starts at once take a while on a small machine
CHECK = re.compile(r'^check\("([^"]+)"\)', re.MULTILINE)


class Refused(Exception):
    """The hub or a server did not do what was asked; the message says what it answered."""


@dataclass
class Seat:
    """One learner at the hub, and what they met."""

    name: str
    spawn_seconds: float = 0.0
    lesson_seconds: float = 0.0
    checks: dict[str, float] = field(default_factory=dict)  # exercise → seconds
    passed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Learner:
    """A learner's way in: a session at the hub, then a token for their own server."""

    def __init__(self, hub: str, name: str, password: str) -> None:
        self.hub, self.name = hub.rstrip("/"), name
        self.web = httpx.Client(base_url=self.hub, follow_redirects=True, timeout=PATIENCE)
        self.log_in(password)

    def log_in(self, password: str) -> None:
        """Fill in the form as a browser does, then ask for a token. Raises Refused."""
        self.web.get("/hub/login").raise_for_status()
        form = {"username": self.name, "password": password, "_xsrf": self._xsrf()}
        answer = self.web.post("/hub/login?next=/hub/home", data=form)
        if answer.status_code != 200 or "/hub/login" in str(answer.url):
            raise Refused(f"{self.name}: the hub did not let them in ({answer.status_code}).")
        answer = self.web.post(
            f"/hub/api/users/{self.name}/tokens", headers={"X-XSRFToken": self._xsrf()}, json={}
        )
        if answer.status_code != 201:
            raise Refused(f"{self.name}: no token ({answer.status_code} {answer.text[:200]}).")
        self.token = answer.json()["token"]

    def _xsrf(self) -> str:
        return next((cookie.value or "" for cookie in self.web.cookies.jar if cookie.name == "_xsrf"), "")

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request with the learner's token; `path` from the hub's root. Any status is returned."""
        return httpx.request(
            method,
            f"{self.hub}{path}",
            headers={"Authorization": f"token {self.token}"},
            timeout=PATIENCE,
            **options,
        )

    def mine(self, method: str, path: str, **options: Any) -> Any:
        """One request to the learner's own server. Raises Refused when it is not answered well."""
        answer = self.ask(method, f"/user/{self.name}/{path}", **options)
        if answer.is_error:
            raise Refused(f"{self.name}: {method} {path} was {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else None

    def start(self) -> float:
        """Start the server, if it is not there, and wait until it answers; seconds. Raises Refused."""
        begin = time.monotonic()
        while time.monotonic() - begin < PATIENCE:
            answer = self.ask("POST", f"/hub/api/users/{self.name}/server")
            if answer.status_code != 429:  # more start at once than the hub wants
                break
            time.sleep(2)
        if answer.status_code not in (201, 202, 400):  # 400: it runs already
            raise Refused(
                f"{self.name}: the server did not start ({answer.status_code} {answer.text[:300]})."
            )
        while time.monotonic() - begin < PATIENCE:
            state = self.ask("GET", f"/hub/api/users/{self.name}").json()
            if state["servers"].get("", {}).get("ready"):
                return time.monotonic() - begin
            if answer.status_code == 202 and not state["servers"]:
                break
            time.sleep(2)
        raise Refused(f"{self.name}: the server did not get ready.")

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        self.ask("DELETE", f"/hub/api/users/{self.name}/server")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not self.ask("GET", f"/hub/api/users/{self.name}").json()["servers"]:
                return
            time.sleep(0.5)

    @contextmanager
    def kernel(self, path: str) -> Iterator["Kernel"]:
        """A kernel for the notebook at `path` in the learner's folder; it ends with the block."""
        wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        session = self.mine("POST", "api/sessions", json=wanted)
        address = (
            f"{self.hub.replace('http', 'ws', 1)}/user/{self.name}/api/kernels/{session['kernel']['id']}"
        )
        try:
            with connect(
                f"{address}/channels?session_id={uuid.uuid4().hex}",
                additional_headers={"Authorization": f"token {self.token}"},
                open_timeout=PATIENCE,
                ping_interval=None,  # a machine that is busy answers late
                max_size=None,
            ) as socket:
                yield Kernel(socket)
        finally:
            self.mine("DELETE", f"api/sessions/{session['id']}")


class Kernel:
    """A kernel at the other end of a WebSocket."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket

    def run(self, code: str) -> tuple[str, str]:
        """Run one cell; what it printed and showed as text, and its error, "" when there is none."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": ""}
        header |= {"version": "5.3", "date": ""}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))
        said: list[str] = []
        error, idle = None, False
        while error is None or not idle:  # the two come by different channels, in any order
            got = self._next(header["msg_id"])
            content, kind = got["content"], got["msg_type"]
            if kind == "stream":
                said.append(content["text"])
            elif kind in ("display_data", "execute_result"):
                said.append(str(content["data"].get("text/plain", "")))
            elif kind == "execute_reply":
                error = f"{content['ename']}: {content['evalue']}" if content["status"] == "error" else ""
            elif kind == "status":
                idle = content["execution_state"] == "idle"
        return "".join(said), error

    def _next(self, request: str) -> Any:
        """The next message that belongs to a request."""
        while True:
            raw = self.socket.recv(timeout=PATIENCE)
            got = json.loads(raw) if isinstance(raw, str) else {"parent_header": {}}
            if got["parent_header"].get("msg_id") == request:
                return got


def cells(notebook: Path) -> list[Any]:
    """The code cells of a notebook."""
    return [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]


def attend(learner: Learner, lesson: catalog.Lesson, seat: Seat) -> None:
    """Run the lesson, then its exercises with the official answers, as a diligent learner would."""
    place = lesson.notebook.parent.name
    begin = time.monotonic()
    with learner.kernel(quote(f"{place}/{lesson.notebook.name}")) as kernel:
        for cell in cells(lesson.notebook):
            _, error = kernel.run(cell.source)
            if error and "raises-exception" not in cell.metadata.get("tags", []):
                seat.problems.append(f"{cell.source.splitlines()[0]}: {error}")
    seat.lesson_seconds = time.monotonic() - begin
    with learner.kernel(quote(f"{place}/{lesson.exercise_notebook.name}")) as kernel:
        for cell in cells(lesson.solution_notebook):
            begin = time.monotonic()
            said, error = kernel.run(cell.source)
            if error:
                seat.problems.append(f"{cell.source.splitlines()[0]}: {error}")
            for exercise in CHECK.findall(cell.source):
                seat.checks[exercise] = time.monotonic() - begin
                if "✓" in said or "done" in said.lower():
                    seat.passed.append(exercise)
                else:
                    seat.problems.append(f"{exercise}: {said[:300]}")


def play(hub: str, name: str, password: str, lesson: catalog.Lesson, gate: threading.Barrier) -> Seat:
    """One learner from the login to the last check; what went wrong stands in the seat's problems."""
    seat = Seat(name)
    try:
        learner = Learner(hub, name, password)
        gate.wait(PATIENCE)
        seat.spawn_seconds = learner.start()
        gate.wait(PATIENCE)
        attend(learner, lesson, seat)
    except Exception as problem:  # one learner's trouble is a line of the report
        seat.problems.append(f"{type(problem).__name__}: {problem}")
        gate.abort()
    return seat


def rehearse(hub: str, logins: list[tuple[str, str]], lesson_id: str) -> tuple[list[Seat], Load]:
    """All learners at once, in step: first all log in, then all start, then all work."""
    lesson = next(one for one in catalog.lessons() if one.id == lesson_id)
    gate = threading.Barrier(len(logins))
    with Load([name for name, _ in logins]) as load, ThreadPoolExecutor(len(logins)) as pool:
        seats = list(pool.map(lambda login: play(hub, *login, lesson, gate), logins))
    return seats, load


def main() -> int:
    """Play the room and print what was measured, as text or as JSON."""
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("passwords", type=Path, help='a file with "name password", a line each')
    words.add_argument("--hub", default="http://127.0.0.1:8000")
    words.add_argument("--lesson", default="2.3")
    words.add_argument("--json", action="store_true")
    given = words.parse_args()
    lines = [line.split() for line in given.passwords.read_text("utf-8").splitlines() if line.strip()]
    seats, load = rehearse(given.hub, [(name, word) for name, word in lines], given.lesson)
    if given.json:
        print(json.dumps({"seats": [asdict(seat) for seat in seats], "load": load.table()}, indent=2))
    else:
        report(seats, load)
    return 1 if any(seat.problems for seat in seats) else 0


def report(seats: list[Seat], load: Load) -> None:
    """The figures that a sizing needs, a line each."""
    checks = [seconds for seat in seats for seconds in seat.checks.values()]
    figures = {
        "learners": f"{len(seats)}, of whom {sum(not seat.problems for seat in seats)} without a problem",
        "start of a server": spread([seat.spawn_seconds for seat in seats]),
        "the lesson, cell by cell": spread([seat.lesson_seconds for seat in seats]),
        "a check": spread(checks),
    }
    for name, value in (figures | load.table()).items():
        print(f"{name:>32}  {value}")
    for seat in seats:
        for problem in seat.problems:
            print(f"{seat.name}: {problem}", file=sys.stderr)


def spread(seconds: list[float]) -> str:
    """Median and longest of some seconds."""
    if not seconds:
        return "none"
    return f"median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s ({len(seconds)})"


if __name__ == "__main__":
    sys.exit(main())
