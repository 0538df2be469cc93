"""`course class grade`: the submissions of a lesson, in as many lanes as there are processors."""

import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from course.base import paths
from course.base.errors import CourseError
from course.classroom.grading import executing, lane
from course.classroom.grading.folder import CourseFolder
from course.classroom.grading.lane import Graded
from course.content import catalog

MOST_LANES = 4
_TIMESTAMP = "timestamp.txt"


def waiting(folder: CourseFolder, lesson: catalog.Lesson, again: bool) -> list[str]:
    """Whose submissions are to be graded: the new ones, those handed in anew, and with `again` all."""
    everybody = folder.learners("submitted", lesson)
    if not everybody:
        raise CourseError(
            f"Nobody's notebook of {lesson.id} is in {folder.root / 'submitted'}. "
            "`course class collect FOLDER` brings what learners handed in."
        )
    if not folder.at("source", lesson).exists():
        raise CourseError(
            f"{lesson.id} was not released here: `course class release {lesson.id}` comes first."
        )
    return [each for each in everybody if again or _is_new(folder, lesson, each)]


def _is_new(folder: CourseFolder, lesson: catalog.Lesson, learner: str) -> bool:
    graded, submitted = (folder.at(step, lesson, learner) for step in ("autograded", "submitted"))
    stamps = [_text(each.with_name(_TIMESTAMP)) for each in (submitted, graded)]
    return not graded.exists() or stamps[0] != stamps[1]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        return ""


def grade(
    folder: CourseFolder,
    lesson: catalog.Lesson,
    learners: list[str],
    on_progress: Callable[[Graded], object] = lambda _: None,
    lanes: int | None = None,
    warm: bool = executing.WARM,
) -> list[Graded]:
    """Grade the submissions of these learners; manual points stay, as nbgrader keeps them.

    `warm` is False for nbgrader's own executor; `on_progress` is told of each submission.
    Raises CourseError when the course's own answers earn no points here.
    """
    if not learners:
        return []
    with folder.gradebook():  # made here if need be, not by two lanes at once
        pass
    count = min(lanes or min(_processors(), MOST_LANES), len(learners))
    found: dict[str, Graded] = {}
    with _scratch() as scratch, _pool(count, scratch, warm) as pool:
        asked = {pool.submit(lane.grade, str(folder.root), lesson.id, each): each for each in learners}
        for done in as_completed(asked):
            found[asked[done]] = _result(done, asked[done])
            on_progress(found[asked[done]])
    return [found[each] for each in learners]


def _result(done: "Future[Graded]", learner: str) -> Graded:
    try:
        return done.result()
    except BrokenProcessPool:
        said = "The process that graded it was killed. `course class grade` once more grades what is left."
        return Graded(learner, 0, 0, said)


@contextmanager
def _pool(count: int, scratch: Path, warm: bool) -> Iterator[ProcessPoolExecutor]:
    """Processes that begin clean, since each forks again: threads of this one would be in its way."""
    context = multiprocessing.get_context("spawn")
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")  # multiprocessing would run the script again in each
    pool = ProcessPoolExecutor(count, context, lane.begin, (str(scratch), warm))
    try:
        yield pool
    finally:
        sys.modules["__main__"] = script
        pool.shutdown(cancel_futures=True)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for the lanes; at the end their servers are stopped and nothing of it stays."""
    place = Path(tempfile.mkdtemp(prefix="course-grading-"))
    try:
        yield place
    finally:
        _stop_servers(place)
        shutil.rmtree(place, ignore_errors=True)


def _stop_servers(place: Path) -> None:
    from course import postgres

    before = os.environ.get(paths.POSTGRES_VARIABLE)
    try:
        for home in place.glob("lane-*/postgres"):
            os.environ[paths.POSTGRES_VARIABLE] = str(home)
            with suppress(CourseError, OSError):
                postgres.stop()
    finally:
        os.environ.pop(paths.POSTGRES_VARIABLE, None)
        if before is not None:
            os.environ[paths.POSTGRES_VARIABLE] = before


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
