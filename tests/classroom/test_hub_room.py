"""A hub with learners on it, each a user of this machine: one attacks another, work survives, idle servers end.

Needs root, Node.js and a package index, so it runs with the deep tests only. What systemd adds (one limit of memory
for all of a learner's processes, hidden processes, a /tmp each) is not seen here.
"""

import contextlib
import glob
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import room_attacks
from psycopg2.extensions import parse_dsn
from stock import Stock, running

from course.authoring.net import free_port
from course.base.paths import ROOT

HUB = ROOT / "deploy" / "jupyterhub"
PYTHON = Path("/usr/bin/python3")  # one that every user of the machine may run
GROUP = "courseroom"
LESSON = "week2_sql_and_dependencies/2_3_crud_over_psycopg2.ipynb"
PATIENCE = 300.0

sys.path.insert(0, str(HUB))
from rehearse import Learner, Refused  # noqa: E402


def why_not() -> str:
    """What this machine has not, "" when it has everything."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root starts a hub for users of the machine"
    if not (shutil.which("configurable-http-proxy") and shutil.which("useradd")):
        return "configurable-http-proxy or useradd is not here"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if (
        not PYTHON.exists()
        or version not in subprocess.run([PYTHON, "--version"], capture_output=True, text=True).stdout
    ):
        return f"{PYTHON} is not Python {version}"
    return ""


pytestmark = [pytest.mark.deep, pytest.mark.skipif(bool(why_not()), reason=why_not())]


@dataclass
class Room:
    """A hub that can be stopped and started."""

    place: Path
    python: Path
    stock: Stock
    passwords: dict[str, str]
    ports: dict[str, int]
    process: subprocess.Popen[bytes] | None = None
    idle_minutes: str = "60"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['room']}"

    def start(self) -> None:
        """Start the hub and wait until it answers."""
        environment = os.environ | {
            "COURSE_HUB_STATE": str(self.place / "state"),
            "COURSE_HUB_DATABASE_URL": self.stock.url(),
            "COURSE_HUB_GROUP": GROUP,
            "COURSE_HUB_BIND_URL": self.url,
            "COURSE_HUB_IDLE_MINUTES": self.idle_minutes,
        }
        with (self.place / "hub.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.python, "-P", "-m", "jupyterhub", "-f", self.place / "config.py"],
                cwd=self.place,
                env=environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.place / "hub.log").read_text()[-3000:]
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/hub/health", timeout=5).status_code == 200:
                    return
            time.sleep(0.5)
        raise AssertionError("the hub did not get ready")

    def stop(self) -> None:
        """Stop the hub, as the machine does in the evening."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)

    def learner(self, number: int) -> Learner:
        """Somebody who has logged in and whose server runs."""
        name = list(self.passwords)[number]
        learner = Learner(self.url, name, self.passwords[name])
        learner.start()
        return learner


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with contextlib.ExitStack() as stack:
        place = Path(tempfile.mkdtemp(prefix="course-hub-", dir="/var/tmp"))
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        place.chmod(0o755)
        python = environment_of_the_hub(place)
        passwords = stack.enter_context(learners(3))
        stock = stack.enter_context(
            running(tmp_path_factory.mktemp("room") / "server", "max_connections=200")
        )
        room = Room(place, python, stock, passwords, {name: free_port() for name in ("room", "hub", "proxy")})
        (place / "config.py").write_text(
            f"load_subconfig({str(HUB / 'jupyterhub_config.py')!r})\n"
            f"c.JupyterHub.hub_bind_url = 'http://127.0.0.1:{room.ports['hub']}'\n"
            f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{room.ports['proxy']}'\n"
            "c.JupyterHub.cleanup_servers = True\n"
            "c.Spawner.poll_interval = 2\n",
            "utf-8",
        )
        stack.callback(lambda: room.stop())
        room.start()
        yield room


def environment_of_the_hub(place: Path) -> Path:
    """An environment that everybody may use: this one's packages, and JupyterHub by its lock."""
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", place / "env"], check=True)
    packages = next((place / "env" / "lib").glob("python3*")) / "site-packages"
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    (packages / "course.pth").write_text(f"import site; site.addsitedir({ours!r})\n", "utf-8")
    lock = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", HUB / "requirements.lock"]
    python = place / "env" / "bin" / "python"  # what it finds beside it is not fetched again
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "-q", *lock], check=True)
    return python


@contextlib.contextmanager
def learners(count: int) -> Iterator[dict[str, str]]:
    """Users of this machine by the script of the README, with their passwords; gone afterwards."""
    mark = secrets.token_hex(2)
    names = [f"room{mark}{number}" for number in range(count)]
    try:
        made = subprocess.run(
            [HUB / "add_learners"],
            input="\n".join(names),
            env=os.environ | {"COURSE_HUB_GROUP": GROUP},
            capture_output=True,
            text=True,
            check=True,
        )
        yield dict(line.split() for line in made.stdout.splitlines())
    finally:
        for name in names:
            for process in psutil.process_iter(["username"]):
                if process.info["username"] == name:
                    with contextlib.suppress(psutil.Error):
                        process.kill()
            subprocess.run(["userdel", "--remove", name], capture_output=True)
        subprocess.run(["groupdel", GROUP], capture_output=True)


def test_nobody_gets_in_without_the_right_password(room: Room) -> None:
    name = next(iter(room.passwords))
    for user, word in ((name, "wrong"), (name, ""), ("root", "root"), ("nobody", "")):
        with pytest.raises(Refused):
            Learner(room.url, user, word)


def test_one_learner_gets_nowhere_at_another(room: Room) -> None:
    victim, mallory = room.learner(0), room.learner(1)
    with victim.kernel(LESSON) as theirs, mallory.kernel(LESSON) as mine:
        given = known_of(room, victim, theirs, mallory)
        said, error = mine.run(room_attacks.code(given))
        came = room_attacks.outcomes(said)
        assert not error and len(came) > 35, (error, said)
        assert [each for each in came if each[1] == room_attacks.THROUGH] == []
        assert theirs.run("cursor.execute('SELECT 1'); print(cursor.fetchone())") == ("(1,)\n", "")
    assert not Path(given["home"], "course/postboard/mallory").exists()


def known_of(room: Room, victim: Learner, kernel: Any, mallory: Learner) -> dict[str, Any]:
    """All that could help an attacker, and a victim who is at work on their database."""
    home = Path(pwd.getpwnam(victim.name).pw_dir)
    board = home / "course" / ".course" / "room.json"
    said, error = kernel.run(
        "from course import lesson, postgres\nlesson('2.3')\nimport json, os, psycopg2\n"
        "link = psycopg2.connect(os.environ['DATABASE_URL']); cursor = link.cursor()\n"
        "cursor.execute(\"SELECT 'a secret of the victim'\")\nprint('ADDRESS', os.environ['DATABASE_URL'])"
    )
    assert not error, error
    board.write_text("{}", "utf-8")
    database = parse_dsn(said.split("ADDRESS")[1].strip().replace("+psycopg2", ""))["dbname"]
    server = next(
        process
        for process in psutil.process_iter(["username", "cmdline"])
        if process.info["username"] == victim.name and "jupyterhub.singleuser" in process.info["cmdline"]
    )
    port = next(each.laddr.port for each in server.net_connections("inet") if each.status == "LISTEN")
    files = glob.glob(str(home / ".local/share/jupyter/runtime/kernel-*.json"))
    connection = max(files, key=os.path.getmtime)
    told = json.loads(Path(connection).read_text("utf-8"))
    assert told["transport"] == "ipc"
    return {
        "name": victim.name,
        "home": str(home),
        "uid": pwd.getpwnam(victim.name).pw_uid,
        "pid": server.pid,
        "hidden": False,
        "hub": room.url,
        "proxy": f"http://127.0.0.1:{room.ports['proxy']}",
        "server": f"http://127.0.0.1:{port}",
        "connection": connection,
        "socket": f"{told['ip']}-{told['shell_port']}",
        "secrets": [str(room.place / "state" / name) for name in ("learners.secret", "jupyterhub.sqlite")],
        "code": str(ROOT / "course" / "__init__.py"),
        "databases": [database, f"learner_{victim.name}", "postgres", "template1"],
        "role": f"learner_{victim.name}",
        "own_database": f"learner_{mallory.name}",
        "postgres_port": "",
    }


def test_work_survives_the_night(room: Room) -> None:
    learner = room.learner(2)
    with learner.kernel(LESSON) as kernel:
        _, error = kernel.run(
            "from course import lesson\nlesson('2.3')\nimport os, psycopg2\n"
            "from pathlib import Path\nPath('mine.txt').write_text('mine')\n"
            "link = psycopg2.connect(os.environ['DATABASE_URL']); link.autocommit = True\n"
            "link.cursor().execute('CREATE TABLE kept AS SELECT 7 AS number')"
        )
        assert not error, error
    log = Path(pwd.getpwnam(learner.name).pw_dir) / "course" / "progress.jsonl"
    before = log.read_text("utf-8")
    learner.stop()
    room.stop()
    room.start()
    again = room.learner(2)
    with again.kernel(LESSON) as kernel:
        said, error = kernel.run(
            "from pathlib import Path; print(Path('mine.txt').read_text())\n"
            "import psycopg2; from course import postgres\n"
            "rows = psycopg2.connect(postgres.url('lesson_2_3')).cursor()\n"
            "rows.execute('SELECT number FROM kept'); print(rows.fetchall())"
        )
        assert not error and said == "mine\n[(7,)]\n", (said, error)
    assert log.read_text("utf-8").startswith(before)


def test_a_server_that_nobody_uses_ends_by_itself(room: Room) -> None:
    room.stop()
    room.idle_minutes = "0.1"
    room.start()
    learner = room.learner(2)
    learner.mine("POST", "api/kernels", json={})
    deadline = time.monotonic() + PATIENCE
    while learner.ask("GET", f"/hub/api/users/{learner.name}").json()["servers"]:
        assert time.monotonic() < deadline, "the server is still there"
        time.sleep(1)
