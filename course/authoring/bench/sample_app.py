"""What one request costs the app, in processor time of its server, beside the least that could answer it.

wrk, hey and locust were considered: they measure throughput, and with it the cores that the client takes
away. Processor time of the server's process needs one client and no idle machine. What PostgreSQL itself
does for the query is in neither figure. Run as `python -m course.authoring.bench.sample_app FOLDER`.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from course import look, postgres
from course.authoring import net
from course.base import paths
from course.base.errors import CourseError
from course.content import app_history
from course.postboard import database, people
from course.postgres import settings

PATH = "/posts/1"
ROUNDS, REQUESTS = 5, 1000  # a system counts processor time in steps of 10 ms: 1 % of such a round
_POST = {"title": "Hello", "content": "A post to be read a few thousand times.", "published": True}
# The same columns of the same row, with nothing in between but a pool.
_PEER = """
import os

from fastapi import FastAPI
from psycopg2.extras import RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

app = FastAPI()
pool = ThreadedConnectionPool(1, 10, os.environ["DATABASE_URL"].replace("+psycopg2", ""))


@app.get("/posts/{{post_id}}")
def read_post(post_id: int):
    connection = pool.getconn()
    try:
        with connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute("SELECT {columns} FROM posts WHERE id = %s", [post_id])
            return cursor.fetchone()
    finally:
        pool.putconn(connection)
"""


class MeasuredServer:
    """A server in a process of its own, and one client that keeps its connection."""

    def __init__(self, process: psutil.Process, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._process, self._client = process, http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(
        self, method: str, path: str, body: object = None, caller: dict[str, str] | None = None
    ) -> dict[str, object]:
        """The JSON of an answer; `caller`: the header that says who asks.

        Raises CourseError when it is not 200 or 201.
        """
        headers = (caller or {}) | ({"Content-Type": "application/json"} if body else {})
        self._client.request(method, path, json.dumps(body) if body else None, headers)
        answer = self._client.getresponse()
        text = answer.read().decode("utf-8")
        if answer.status not in (200, 201):
            raise CourseError(
                f"The bench asked {method} {path} and got {answer.status}: {text[:300]} "
                "If the app's contract has changed, course/authoring/bench/sample_app.py must follow."
            )
        return dict(json.loads(text))

    def cost(self) -> float:
        """Processor time in µs for one GET of the post, over a round of them."""
        before = self._spent()
        for _ in range(REQUESTS):
            self.ask("GET", PATH)
        return (self._spent() - before) / REQUESTS * 1_000_000

    def _spent(self) -> float:
        """Seconds; on Windows a virtual environment's python is only the parent of the one that works."""
        family = [self._process, *self._process.children(recursive=True)]
        return sum(each.user + each.system for each in (one.cpu_times() for one in family))


def measure(folder: Path) -> dict[str, float]:
    """µs for GET /posts/1 as "app" and "raw", each the median of some rounds, taken in turns."""
    tree = app_history.final()
    url = database.open_for("bench_app", tree)
    app_history.build(folder / "app", tree)
    (folder / "raw").mkdir()
    with _served(folder / "app", "app.main:app") as app:
        with httpx.Client(base_url=app.url) as client:
            ada = people.logged_in(client, url)["ada"]
        app.ask("POST", "/posts", _POST, ada)
        there = [row[0] for row in look.columns("posts", url)]
        same = [name for name in app.ask("GET", PATH) if name in there]
        (folder / "raw" / "peer.py").write_text(_PEER.format(columns=", ".join(same)), encoding="utf-8")
        with _served(folder / "raw", "peer:app") as raw:
            rounds = [(app.cost(), raw.cost()) for _ in range(ROUNDS + 1)][1:]  # the first warms up
    return {
        name: statistics.median(each)
        for name, each in zip(("app", "raw"), zip(*rounds, strict=True), strict=True)
    }


def microseconds(folder: Path) -> dict[str, float]:
    """What `measure` finds, with a PostgreSQL and a learner's folder of its own in `folder`."""
    folder.mkdir(parents=True)
    places = {paths.WORK_VARIABLE: str(folder), paths.POSTGRES_VARIABLE: str(folder / "postgres")}
    command = [sys.executable, "-m", "course.authoring.bench.sample_app", str(folder)]
    done = subprocess.run(
        command,
        env=os.environ | places | {settings.GRACE_VARIABLE: "1"},
        cwd=paths.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _served(folder: Path, app: str) -> Iterator[MeasuredServer]:
    port = net.free_port()
    command = [sys.executable, "-m", "uvicorn", app, f"--port={port}", "--log-level=error", "--no-access-log"]
    command.append("--timeout-keep-alive=600")  # while one server is measured, the other's connection is idle
    process = subprocess.Popen(command, cwd=folder)
    try:
        net.wait_for(f"http://127.0.0.1:{port}/openapi.json")
        yield MeasuredServer(psutil.Process(process.pid), port)
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    try:
        print(json.dumps(measure(Path(sys.argv[1]))))
    finally:
        postgres.stop()
