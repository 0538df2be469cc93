"""Judge the mutants of many exercises at once, each process on its own, on a PostgreSQL made for it."""

import os
import queue
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from course.authoring.mutate import outcome
from course.authoring.mutate.court import Court
from course.authoring.quick_place import quick_place
from course.base import paths
from course.postgres import settings


def outcomes(
    exercise_ids: Sequence[str], *, whole: bool = False, jobs: int | None = None
) -> Iterator[outcome.Outcome]:
    """What the mutants of each exercise show, in order.

    `whole`: try each expectation on each mutant. `jobs`: how many processes judge at once.
    Raises CourseError when a check refuses its official answer.
    """
    number = max(1, min(jobs or os.cpu_count() or 1, len(exercise_ids)))
    courts: queue.SimpleQueue[Court] = queue.SimpleQueue()

    def judged(exercise_id: str) -> outcome.Outcome:
        court = courts.get()
        try:
            return outcome.of_exercise(exercise_id, court)
        finally:
            courts.put(court)

    with _own_place(), ExitStack() as at_work:
        for _ in range(number):
            courts.put(at_work.enter_context(Court(whole)))
        pool = at_work.enter_context(ThreadPoolExecutor(number))
        at_work.callback(pool.shutdown, cancel_futures=True)
        yield from pool.map(judged, exercise_ids)


@contextmanager
def _own_place() -> Iterator[None]:
    """A learner's folder and a quick server, both gone afterwards: the author's own see nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="course-mutants-", dir=quick_place()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.WORK_VARIABLE, str(folder / "work"))
        patch.setenv(paths.POSTGRES_VARIABLE, str(folder / "postgres"))
        patch.setenv(settings.FAST_VARIABLE, "1")
        try:
            yield
        finally:
            if (folder / "postgres").exists():
                from course import postgres

                postgres.stop()
            shutil.rmtree(folder, ignore_errors=True)
