"""What `check` costs for each exercise whose answer is the official one, in processor time.

Time on the clock says little on a machine that others use. The server's own processor time is counted, too.
Run as `python -m course.authoring.bench.checks FOLDER [LESSON …]`.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from course import postgres
from course.authoring import judge
from course.base import paths
from course.checks import database, one_call, runner
from course.content import catalog
from course.postgres import postmaster, settings
from course.postgres.home import Home

_RUNS = 3
# Milliseconds that a check may take: without a database, and with one.
BUDGETS = {"without a database": 30.0, "with its own database": 60.0}


@dataclass(frozen=True)
class Cost:
    """One exercise's check: how many of what it does, and milliseconds of processor time."""

    exercise: str
    expectations: int
    databases: int
    requests: int
    python: float  # of this process, and of those it started
    server: float  # of PostgreSQL

    @property
    def all(self) -> float:
        """Milliseconds in all."""
        return self.python + self.server

    @property
    def kind(self) -> str:
        """One of BUDGETS."""
        return "with its own database" if self.databases else "without a database"

    @property
    def over(self) -> bool:
        """Whether it costs more than it may."""
        return self.all > BUDGETS[self.kind]


def measure(lessons: list[str]) -> Iterator[Cost]:
    """The cost of each exercise of these lessons; of all when none is named."""
    postgres.ensure()
    for lesson in catalog.lessons():
        for exercise in lesson.exercises if not lessons or lesson.id in lessons else ():
            with judge.prepared(exercise.id) as namespace:
                judge.answer(exercise.id, namespace)
                yield _cost(lesson.check_file, exercise.id, namespace)


def costs(folder: Path) -> list[Cost]:
    """What `measure` finds in a process of its own, with a PostgreSQL and a learner's folder in `folder`."""
    folder.mkdir(parents=True)
    places = {paths.WORK_VARIABLE: str(folder), paths.POSTGRES_VARIABLE: str(folder / "postgres")}
    subprocess.run(
        [sys.executable, "-m", "course.authoring.bench.checks", str(folder)],
        env=os.environ | places | {settings.GRACE_VARIABLE: "1"},
        cwd=paths.ROOT,
        check=True,
    )
    return [Cost(**each) for each in json.loads((folder / "costs.json").read_text("utf-8"))]


def _cost(check_file: Path, exercise_id: str, namespace: dict[str, Any]) -> Cost:
    with _counted() as counts:
        found = runner.run(check_file, exercise_id, namespace)
    runner.run(check_file, exercise_id, namespace)
    taken, before = [], _others()
    for _ in range(_RUNS):
        start = time.process_time()
        runner.run(check_file, exercise_id, namespace)
        taken.append(time.process_time() - start)
    others = [(now - then) / _RUNS for now, then in zip(_others(), before, strict=True)]
    return Cost(
        exercise_id,
        len(found.expectations),
        databases=counts[0],
        requests=counts[1],
        python=round((statistics.median(taken) + others[0]) * 1000, 1),
        server=round(others[1] * 1000, 1),
    )


@contextmanager
def _counted() -> Iterator[list[int]]:
    """How many databases, and how many requests, a block asks for."""
    counts = [0, 0]

    def counting(place: int, original: Any) -> Any:
        def called(*given: Any) -> Any:
            counts[place] += 1
            return original(*given)

        return called

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "fresh", counting(0, database.fresh))
        patch.setattr(one_call, "_asked", counting(1, one_call._asked))
        yield counts


def _others() -> tuple[float, float]:
    """Processor seconds of the processes that this one has started, and of the server."""
    running = postmaster.find(Home.here().data)
    server = [running.process, *running.process.children()] if running else []
    return sum(psutil.Process().cpu_times()[2:4]), sum(map(_spent, server))


def _spent(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])
    except psutil.Error:
        return 0.0


if __name__ == "__main__":
    try:
        found = [asdict(each) for each in measure(sys.argv[2:])]
        (Path(sys.argv[1]) / "costs.json").write_text(json.dumps(found), "utf-8")
    finally:
        postgres.stop()
