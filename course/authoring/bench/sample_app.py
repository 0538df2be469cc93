"""What one request costs Postboard's server, beside the same answer from other apps, in one paired run.

wrk, hey and locust were considered: they measure throughput, and with it the cores that the client takes
away. Processor time of the server's process needs one client and no idle machine; instructions, which
Valgrind counts where it is installed, are the same in each run. What PostgreSQL itself does for the query is
in neither figure. Run as `python -m course.authoring.bench.sample_app FOLDER`.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psutil
import psycopg2

from course import look, postgres
from course.authoring import net
from course.authoring.bench import instructions, peers
from course.base import paths
from course.base.errors import CourseError
from course.content import app_history
from course.postboard import database
from course.postgres import settings

PATHS = ("/posts/1", "/feed?limit=20")
WEEK_3 = "3.9"  # the lesson after which the app of week 3 stands
ROUNDS, REQUESTS = 5, 500  # a system counts processor time in steps of 10 ms: 1 % of such a round
# Each app's tables have these columns; `{more}` and `{values}` are those that came later.
_ROWS = """
    INSERT INTO users (name) VALUES ('ada'), ('bob'), ('cyd');
    INSERT INTO tags (name) SELECT 'tag-' || n FROM generate_series(1, 5) n;
    INSERT INTO posts (title, content, author_id{more})
        SELECT 'Post ' || n, repeat('A line of a post. ', 20), u.id{values}
        FROM generate_series(1, 200) n JOIN users u ON u.name = (ARRAY['ada', 'bob', 'cyd'])[1 + n % 3];
    INSERT INTO post_tags (post_id, tag_id)
        SELECT p.id, t.id FROM posts p JOIN tags t ON (p.id + t.id) % 3 = 0;
    INSERT INTO comments (post_id, author_id, content) SELECT p.id, u.id, 'Good.' FROM posts p, users u;
    INSERT INTO votes (post_id, user_id, value) SELECT p.id, u.id, 1 FROM posts p, users u;
"""
Costs = dict[str, dict[str, float]]  # by app, then by path


class MeasuredServer:
    """A server in a process of its own, and one client that keeps its connection."""

    def __init__(self, process: psutil.Process, port: int) -> None:
        self.process = process
        self._client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, path: str, times: int = 1) -> None:
        """Send GET requests. Raises CourseError when one is not answered with 200."""
        for _ in range(times):
            self._client.request("GET", path)
            answer = self._client.getresponse()
            text = answer.read().decode("utf-8")
            if answer.status != 200:
                raise CourseError(
                    f"The bench asked GET {path} and got {answer.status}: {text[:300]} "
                    "If the app's contract has changed, course/authoring/bench must follow."
                )

    def cost(self, path: str) -> float:
        """Processor time in µs for one request, over a round of them."""
        before = self._spent()
        self.ask(path, REQUESTS)
        return (self._spent() - before) / REQUESTS * 1_000_000

    def _spent(self) -> float:
        """Seconds; on Windows a virtual environment's python is only the parent of the one that works."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(each.user + each.system for each in (one.cpu_times() for one in family))


def measure(folder: Path) -> dict[str, Costs]:
    """What one request costs: "cpu" in µs, the median of rounds taken in turns; "instructions" in millions.

    The apps are "app", "week 3", "template" and "raw". Without Valgrind no instructions are counted.
    """
    apps = _written(folder)
    with ExitStack() as running:
        servers = {name: running.enter_context(_served(*app)) for name, app in apps.items()}
        rounds = [
            {(name, path): server.cost(path) for path in PATHS for name, server in servers.items()}
            for _ in range(ROUNDS + 1)
        ][1:]  # the first warms up
    cpu = {
        name: {path: statistics.median(each[name, path] for each in rounds) for path in PATHS}
        for name in apps
    }
    counted: Costs = {}
    for name, app in apps.items() if instructions.possible() else ():
        file = folder / f"{name}.counts"
        with _served(*app, wrap=instructions.command(file)) as server:
            counted[name] = {path: instructions.millions(server, path, file) for path in PATHS}
    return {"cpu": cpu, "instructions": counted}


def in_own_process(folder: Path) -> dict[str, Costs]:
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


def _written(folder: Path) -> dict[str, tuple[Path, str, str]]:
    """By name: the folder of an app, what uvicorn serves, and the address of its database, with rows."""
    former, now = app_history.after(WEEK_3), app_history.final()
    old, new = database.open_for("bench_week_3", former), database.open_for("bench_app", now)
    for url in (old, new):
        _fill(url)
    app_history.build(folder / "week 3", former)
    app_history.build(folder / "app", now)
    for name, text in {"template": peers.TEMPLATE, "raw": peers.RAW}.items():
        (folder / name).mkdir()
        (folder / name / "peer.py").write_text(text, encoding="utf-8")
    return {
        "app": (folder / "app", "app.main:app", new),
        "week 3": (folder / "week 3", "app.main:app", old.replace("postgresql:", "postgresql+psycopg2:")),
        "template": (folder / "template", "peer:app", new.replace("postgresql:", "postgresql+psycopg:")),
        "raw": (folder / "raw", "peer:app", new),
    }


def _fill(url: str) -> None:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        later = "slug" in [row[0] for row in look.columns("posts", url)]
        more, values = (", slug, excerpt", ", 'post-' || n, 'What it is about.'") if later else ("", "")
        cursor.execute(_ROWS.format(more=more, values=values))


@contextmanager
def _served(folder: Path, app: str, url: str, *, wrap: tuple[str, ...] = ()) -> Iterator[MeasuredServer]:
    port = net.free_port()
    command = [*wrap, sys.executable, "-m", "uvicorn", app, f"--port={port}"]
    command += ["--log-level=error", "--no-access-log"]
    command.append("--timeout-keep-alive=600")  # while one server is measured, the other's connection is idle
    process = subprocess.Popen(command, cwd=folder, env=os.environ | {"DATABASE_URL": url})
    try:
        net.wait_for(f"http://127.0.0.1:{port}/openapi.json")
        yield MeasuredServer(psutil.Process(process.pid), port)
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    try:
        print(json.dumps(measure(Path(sys.argv[1]))))
    finally:
        postgres.stop()
