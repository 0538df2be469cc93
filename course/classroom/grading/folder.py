"""The folder in which a course is graded, as nbgrader lays it out: source, release, submitted, autograded, …

Each lesson is an assignment, `lesson_1_4`, with one notebook.
"""

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from course.base import files, paths
from course.base.errors import CourseError
from course.content import catalog

SETTINGS = "nbgrader_config.py"
DEFAULT = "grading"
_LOG = "nbgrader.log"


def assignment(lesson: catalog.Lesson) -> str:
    """What nbgrader calls a lesson: lesson_1_4."""
    return f"lesson_{lesson.id.replace('.', '_')}"


def file_name(lesson: catalog.Lesson) -> str:
    """The name of a lesson's one notebook in the folder."""
    return lesson.solution_notebook.name


def chosen(whats: list[str]) -> list[catalog.Lesson]:
    """The lessons of ids ("1.4"), weeks ("1") and "all" that have exercises, each once, as they are taught.

    Raises CourseError for what is none of these.
    """
    wanted: set[str] = set()
    for what in whats:
        found = [each for each in catalog.lessons() if what == "all" or what == str(each.week)]
        wanted |= {each.id for each in found or [catalog.lesson(what)]}
    lessons = [each for each in catalog.lessons() if each.id in wanted and each.exercises]
    if not lessons:
        raise CourseError(
            f"There are no exercises in {' '.join(whats)}. Name a lesson (1.4), a week (1) or all."
        )
    return lessons


@dataclass(frozen=True)
class CourseFolder:
    """A prepared folder; `root` is absolute."""

    root: Path

    @classmethod
    def prepared(cls, root: Path) -> "CourseFolder":
        """Make the folder ready for nbgrader; what is there stays. Raises CourseError when that cannot be."""
        here = cls(root.expanduser().absolute())
        with files.plainly("Preparing the folder for grading"):
            here.root.mkdir(parents=True, exist_ok=True)
            if not (here.root / SETTINGS).exists():
                files.write_text(here.root / SETTINGS, (paths.ROOT / SETTINGS).read_text("utf-8"))
        _find_programs()
        return here

    @classmethod
    def existing(cls, root: Path) -> "CourseFolder":
        """The folder as `release` made it. Raises CourseError when it never did."""
        if not (root / SETTINGS).is_file():
            raise CourseError(
                f"{root} is no folder for grading. `course class release 1.4` makes one, here called "
                f"{DEFAULT}; another place is named by --folder."
            )
        return cls.prepared(root)

    def at(self, step: str, lesson: catalog.Lesson, learner: str = ".") -> Path:
        """The notebook of a step, such as "submitted"; source and release have no learner."""
        return self.root / step / learner / assignment(lesson) / file_name(lesson)

    def directory(self, lesson: catalog.Lesson, learner: str = "*") -> CourseDirectory:
        """nbgrader's own view of one lesson in this folder."""
        names = {"assignment_id": assignment(lesson), "student_id": learner}
        return CourseDirectory(root=str(self.root), config=self.config(), **names)

    def config(self) -> Config:
        """What nbgrader_config.py in the folder says. Raises CourseError when it cannot be read."""
        try:
            return PyFileConfigLoader(SETTINGS, path=str(self.root)).load_config()
        except (ConfigFileNotFound, Exception) as problem:
            raise CourseError(
                f"{self.root / SETTINGS} cannot be read: {type(problem).__name__}: {problem}. Correct it, or "
                f"move it away: the next `course class release` brings the course's own again."
            ) from problem

    def gradebook(self) -> Gradebook:
        """nbgrader's gradebook, to be used in a `with` block."""
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}")

    @property
    def record(self) -> Path:
        """What the course remembers of its releases."""
        return self.root / ".course" / "releases.json"

    def convert(self, kind: Any, lesson: catalog.Lesson, learner: str, config: Config) -> None:
        """Run one of nbgrader's converters. It raises nbgrader's errors; what it says is in nbgrader.log."""
        whole = self.config()
        whole.merge(config)
        converter = kind(coursedir=self.directory(lesson, learner), config=whole)
        converter.log = self.log()
        converter.force = True
        converter.start()

    def log(self) -> logging.Logger:
        """Where nbgrader's own words go: into a file in the folder."""
        log = logging.getLogger(f"course.grading.{self.root}")
        if not log.handlers:
            handler = logging.FileHandler(self.root / _LOG, encoding="utf-8", delay=True)
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
            log.addHandler(handler)
            log.setLevel(logging.INFO)
            log.propagate = False
        return log

    def learners(self, step: str, lesson: catalog.Lesson) -> list[str]:
        """Who has a notebook of the lesson in a step, in order."""
        found = (self.root / step).glob(f"*/{assignment(lesson)}/{file_name(lesson)}")
        return sorted(each.parts[-3] for each in found)


def _find_programs() -> None:
    """nbgrader calls `alembic` when it makes a gradebook: it is where this Python is."""
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + os.environ.get("PATH", "")
