"""One of the processes that grade side by side: it is warm, has a PostgreSQL of its own, and forks.

Warm means: all that the course's own answers import is loaded before anything forks. To find that out they
are run first, and they have to earn every point: where they do not, nobody would get a fair grade.
"""

import importlib
import io
import os
import sys
import tempfile
import traceback
import warnings
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from course.base import paths
from course.base.errors import CourseError
from course.classroom.grading import executing, restored
from course.classroom.grading.folder import CourseFolder
from course.content import catalog, notebook_file
from course.postgres import settings

_warm: set[str] = set()
_place = Path()


@dataclass(frozen=True)
class Graded:
    """One submission that was graded: points, of how many, and a sentence when something went wrong."""

    learner: str
    points: float
    most: float
    said: str = ""


def begin(scratch: str, warm: bool = executing.WARM) -> None:
    """Prepare this process: a folder of its own in `scratch`, and a PostgreSQL of its own in that."""
    global _place
    executing.WARM = warm
    _place = Path(tempfile.mkdtemp(prefix="lane-", dir=scratch))
    os.environ[paths.WORK_VARIABLE] = str(_place / "work")
    os.environ[paths.POSTGRES_VARIABLE] = str(_place / "postgres")
    os.environ[settings.FAST_VARIABLE] = "1"
    for name in (settings.URL_VARIABLE, settings.PORT_VARIABLE, *settings.LEARNER_VARIABLES):
        os.environ.pop(name, None)
    sys.dont_write_bytecode = True
    warnings.filterwarnings("ignore", module="nbgrader")  # what SQLAlchemy says of nbgrader's own code


def grade(root: str, lesson_id: str, learner: str) -> Graded:
    """Grade one submission with nbgrader; whatever it does, this comes back with a result or a sentence.

    Raises CourseError when the course's own answers earn no points here.
    """
    folder, lesson = CourseFolder(Path(root)), catalog.lesson(lesson_id)
    if executing.WARM:
        warm_up(lesson)
    try:
        nbformat.read(folder.at("submitted", lesson, learner), as_version=4)
    except Exception as problem:
        return Graded(learner, 0, 0, f"Its file cannot be read as a notebook ({type(problem).__name__}).")
    try:
        folder.convert(Autograde, lesson, learner, _settings())
    except (NbGraderException, OSError) as problem:
        folder.log().error(traceback.format_exc())
        return Graded(learner, 0, 0, f"nbgrader could not grade it: {problem} nbgrader.log says more.")
    finally:
        if executing.WARM and lesson.database:
            _drop_databases()
    with folder.gradebook() as book:
        found = book.find_submission(f"lesson_{lesson_id.replace('.', '_')}", learner)
        return Graded(learner, found.score, found.max_score)


def _settings() -> Config:
    config, executor = Config(), executing.WarmExecute if executing.WARM else executing.PlainExecute
    usual = [each.__name__ for each in Autograde.autograde_preprocessors.default_args[0]]
    steps = list(Autograde.autograde_preprocessors.default_args[0])
    steps[usual.index("Execute")] = executor
    config.Autograde.autograde_preprocessors = steps
    config.Autograde.sanitize_preprocessors = [
        restored.Restore,
        *Autograde.sanitize_preprocessors.default_args[0],
    ]
    config.WarmExecute.place = str(_place)
    return config


def _drop_databases() -> None:
    """Nothing that one learner made is there for the next; the templates stay."""
    from course import postgres

    with suppress(CourseError):
        for name in postgres.names():
            postgres.drop(name)


def warm_up(lesson: catalog.Lesson) -> None:
    """Run the course's own answers, and load what they load. Raises CourseError when they earn no points."""
    from course.classroom.grading import sittings
    from course.classroom.grading.cells import Cell

    if lesson.id in _warm:
        return
    for name in ("checks.examine", "checks.quick_start", "page.exercise", "page.lesson", "page.kernel_start"):
        importlib.import_module(f"course.{name}")

    if lesson.database:
        from course import postgres

        postgres.ensure()
    cells = [Cell(each["source"], _check_in(each)) for each in _solution(lesson)]
    cells.append(Cell(_TELL))
    ran = sittings.run(cells, lesson.id, _place)
    failed = [each.verdict for cell, each in zip(cells, ran, strict=True) if cell.check and not each.done]
    if failed:
        raise CourseError(
            f"The course's own answers to {lesson.id} do not pass here, so nobody's were graded. "
            f"`course doctor` may name the cause.\n{failed[0]}"
        )
    _load(ran[-1].outputs)
    _warm.add(lesson.id)


_TELL = """
import sys as _sys
print("\\n".join(name for name, module in list(_sys.modules.items()) if getattr(module, "__file__", None)))
"""


# The learner's own, and a module of Python's that opens a browser.
_NOT_TO_LOAD = {"app", "tests", "migrations", "conftest", "antigravity"}


def _load(outputs: list[dict[str, Any]]) -> None:
    names = "".join(each.get("text", "") for each in outputs).split()
    for name in names:
        if name.partition(".")[0] in _NOT_TO_LOAD or name in sys.modules:
            continue
        with suppress(Exception), redirect_stdout(io.StringIO()):  # what only a page can load, or prints
            importlib.import_module(name)


def _solution(lesson: catalog.Lesson) -> list[dict[str, Any]]:
    cells = notebook_file.read_cells(lesson.solution_notebook)
    return [each | {"source": notebook_file.source(each)} for each in cells if each["cell_type"] == "code"]


def _check_in(cell: dict[str, Any]) -> str:
    called = notebook_file.CHECK_CALL.search(cell["source"])
    return called[1] if called else ""
