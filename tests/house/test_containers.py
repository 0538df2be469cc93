"""Docker or Podman, for real: the image is built, docker-compose.yml comes up, and lessons run in it to their end.

Where no engine answers, or the base images cannot be had, the tests skip with a sentence that says what is missing.
"""

import itertools
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from course.authoring import proof_plugin
from course.base.paths import ROOT
from course.content import catalog

HANG = 1800  # seconds; only a guard against a test that never ends
PORT = 8888  # JupyterLab's, inside
# Runs in the container, as the learner's own login there.
RUN_LESSON = """
import sys
from course.authoring import execute
from course.content import catalog, kernel
with kernel.empty_work():
    execute.run(catalog.lesson(sys.argv[1]).notebook)
"""


def of_each_week() -> list[catalog.Lesson]:
    """One lesson of each week: its last one with a database, where it has one."""
    weeks: dict[str, catalog.Lesson] = {}
    for lesson in sorted(catalog.lessons(), key=lambda each: each.database):
        weeks[lesson.id.split(".")[0]] = lesson
    return [weeks[week] for week in sorted(weeks)]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=HANG)


def works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and run(*command).returncode == 0


def done(*command: str | Path) -> str:
    """What a command prints; a failure shows all that it said."""
    ended = run(*command)
    assert ended.returncode == 0, f"{' '.join(map(str, command))}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


@dataclass(frozen=True)
class Engine:
    """A program that runs containers, and the command that reads a compose file for it."""

    program: str
    compose: tuple[str, ...]


def engine() -> Engine:
    """Docker, else Podman. Skips where neither runs, or none has its compose command."""
    running = [each for each in ("docker", "podman") if works(each, "info")]
    if not running:
        pytest.skip("no container engine runs here: neither `docker info` nor `podman info` succeeds")
    for each in running:
        for compose in ((each, "compose"), (f"{each}-compose",)):
            if works(*compose, "version"):
                return Engine(each, compose)
    tried = " and ".join(f"`{each} compose` and `{each}-compose`" for each in running)
    pytest.skip(f"a container engine runs here, and nothing that reads a compose file: {tried} fail")


def base_images() -> list[str]:
    """The images that the project's files build on and start."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    built_on = re.findall(r"(?m)^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    return [*built_on, *(each["image"] for each in services.values() if "image" in each)]


def needs(program: str, image: str) -> None:
    """Skip where an image is not here and cannot be pulled."""
    if not (works(program, "image", "inspect", image) or works(program, "pull", image)):
        pytest.skip(f"the image {image} is not on this machine, and `{program} pull {image}` fails")


@dataclass(frozen=True)
class Lab:
    """The course in containers: where JupyterLab answers, its image, and the seconds that the start took."""

    engine: Engine
    compose: tuple[str | Path, ...]
    image: str
    url: str
    seconds: float

    def inside(self, *command: str, service: str = "lab") -> str:
        """What a command prints in the container of a service."""
        return done(*self.compose, "exec", "-T", service, *command)

    def runs(self, service: str) -> None:
        """Fail with the log of a service whose container has ended."""
        ended = run(*self.compose, "exec", "-T", service, "true").returncode
        assert not ended, done(*self.compose, "logs", service)


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def compose_file(folder: Path, image: str, port: int) -> Path:
    """docker-compose.yml, word for word but for what a learner's own containers may hold already."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    given = yaml.safe_load(text)
    del given["name"]
    given["services"]["lab"] |= {
        "build": str(ROOT),
        "image": image,
        "ports": [f"127.0.0.1:{port}:{PORT}"],
    }
    file = folder / "docker-compose.yml"
    file.write_text(yaml.safe_dump(given), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The compose file, up; afterwards its containers, volumes and the image are gone."""
    found = engine()
    for each in base_images():
        needs(found.program, each)
    name, port = f"course-proof-{os.getpid()}", free_port()
    file = compose_file(tmp_path_factory.mktemp("compose"), name, port)
    compose = (*found.compose, "-f", file, "-p", name)
    try:
        done(*compose, "build")
        start = time.monotonic()
        done(*compose, "up", "-d")
        made = Lab(found, compose, name, f"http://127.0.0.1:{port}", 0.0)
        wait_for_jupyterlab(made)
        yield Lab(found, compose, name, made.url, time.monotonic() - start)
    finally:
        run(*compose, "down", "--volumes")
        run(found.program, "rmi", name)


def wait_for_jupyterlab(lab: Lab) -> None:
    """Return once it answers; fail with the log when its container ends, or after HANG seconds."""
    end = time.monotonic() + HANG
    for turn in itertools.count(1):
        try:
            with urllib.request.urlopen(f"{lab.url}/api", timeout=10) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
        if turn % 25 == 0:
            lab.runs("lab")
        assert time.monotonic() < end, done(*lab.compose, "logs", "lab")


@pytest.mark.deep
def test_the_image_is_built_and_jupyterlab_starts_in_it(lab: Lab, record_property) -> None:
    size = int(done(lab.engine.program, "image", "inspect", "--format", "{{.Size}}", lab.image))
    record_property(
        proof_plugin.TOLD,
        f"containers ({lab.engine.program}): image {size / 1e6:.0f} MB, "
        f"compose up to JupyterLab {lab.seconds:.1f} s",
    )
    assert lab.inside("id", "-un").strip() == "learner"
    lab.inside("sh", "-c", "touch work/mine && rm work/mine && ! touch course/mine 2>/dev/null")


@pytest.mark.deep
@pytest.mark.parametrize("lesson", of_each_week(), ids=lambda each: each.id)
def test_a_lesson_of_each_week_runs_to_its_end_in_it(lab: Lab, lesson: catalog.Lesson) -> None:
    health = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    command = health["services"]["db"]["healthcheck"]["test"][1:]
    while run(*lab.compose, "exec", "-T", "db", *command).returncode:  # not every tool waits for it
        lab.runs("db")
    lab.inside("python", "-c", RUN_LESSON, lesson.id)


def test_the_proof_brings_up_the_compose_file_of_the_project(tmp_path: Path) -> None:
    """Only what another container may hold already is different: its name, its port, and its image's name."""
    ours = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    made = yaml.safe_load(compose_file(tmp_path, "an-image", 1).read_text(encoding="utf-8"))
    del ours["name"]
    for key in ("build", "ports", "image"):
        made["services"]["lab"].pop(key)
        ours["services"]["lab"].pop(key, None)
    assert made == ours


def test_without_an_engine_the_tests_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="no container engine runs here"):
        engine()
