"""Weeks, lessons, exercises and topics, read from the notebooks and the check files themselves.

A path such as `week1_fastapi_basics/1_1_http_and_rest` names a lesson in notebooks/, exercises/,
solutions/ and tests/answers/ alike, so the notebooks' own names are the only list there is.
nbformat was considered for reading: plain JSON is enough and quicker.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from course.base import paths
from course.base.errors import CourseError
from course.content.notebook_file import HEADING, TITLE, _read, answer, read_cells, source, without_marks

_LESSON_FILE = re.compile(r"(\d+)_(\d+)_\w+\.ipynb")


@dataclass(frozen=True)
class Exercise:
    """One exercise: its id ("1.4a"), its title, its lesson's id."""

    id: str
    title: str
    lesson: str


@dataclass(frozen=True)
class Lesson:
    """One lesson; `name` is its path under notebooks/ without the ending; `minutes` to read it.

    `mixed`: the page at the end of a week, which asks again what all weeks so far have taught.
    """

    id: str
    title: str
    name: str
    minutes: int
    topics: tuple[str, ...]
    database: bool
    exercises: tuple[Exercise, ...]
    mixed: bool = False

    @property
    def week(self) -> int:
        """The week the lesson belongs to: 1 to 8."""
        return _order(self.id)[0]

    @property
    def notebook(self) -> Path:
        """The lesson itself, as published."""
        return paths.NOTEBOOKS / f"{self.name}.ipynb"

    @property
    def exercise_notebook(self) -> Path:
        """The exercises as the learner gets them."""
        return paths.EXERCISES / f"{self.name}.ipynb"

    @property
    def solution_notebook(self) -> Path:
        """The exercises answered: the file that an author edits."""
        return paths.SOLUTIONS / f"{self.name}.ipynb"

    @property
    def check_file(self) -> Path:
        """The pytest file that checks the exercises."""
        folder, stem = self.name.rsplit("/", 1)
        return paths.EXERCISES / folder / f"test_{stem}.py"

    @property
    def answers_file(self) -> Path:
        """The right and wrong answers that the checks are judged by."""
        return paths.ANSWERS / f"{self.name}.py"


def lessons() -> tuple[Lesson, ...]:
    """All lessons, in the order in which they are taught."""
    files = [p for p in paths.NOTEBOOKS.glob("week*/*.ipynb") if _LESSON_FILE.fullmatch(p.name)]
    read = [_lesson(path, path.stat().st_mtime_ns) for path in files]
    return tuple(sorted(read, key=lambda lesson: _order(lesson.id)))


def lesson(lesson_id: str) -> Lesson:
    """The lesson with this id ("1.4"). Raises CourseError with the ids that exist."""
    for found in lessons():
        if found.id == lesson_id:
            return found
    known = ", ".join(each.id for each in lessons())
    raise CourseError(f'There is no lesson "{lesson_id}". The lessons are: {known}.')


def exercise(exercise_id: str) -> Exercise:
    """The exercise with this id ("1.4a"). Raises CourseError with the ids of its lesson."""
    of_lesson = lesson(exercise_id.rstrip("abcdefghijklmnopqrstuvwxyz"))
    for found in of_lesson.exercises:
        if found.id == exercise_id:
            return found
    known = ", ".join(each.id for each in of_lesson.exercises)
    raise CourseError(f'There is no exercise "{exercise_id}". Lesson {of_lesson.id} has: {known}.')


def by_topic() -> dict[str, list[Lesson]]:
    """The lessons of each topic, in the order in which the topics are first taught."""
    found: dict[str, list[Lesson]] = {}
    for lesson in lessons():
        for topic in lesson.topics:
            found.setdefault(topic, []).append(lesson)
    return found


def is_exercise_id(name: str) -> bool:
    """True for "1.4a", whether or not there is such an exercise; False for "1.4"."""
    return name[-1:].isalpha() and name != "all"


def _order(lesson_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in lesson_id.split("."))


@lru_cache(maxsize=256)
def _lesson(path: Path, _changed: int) -> Lesson:
    cells = read_cells(path)  # says in plain words what a damaged notebook needs
    about = _read(path)["metadata"].get("course", {})
    lesson_id = ".".join(path.name.split("_")[:2])
    title = TITLE.search(source(cells[0]))
    name = path.relative_to(paths.NOTEBOOKS).with_suffix("").as_posix()
    return Lesson(
        id=lesson_id,
        title=title[1].removeprefix(lesson_id).strip(" ·") if title else name,
        name=name,
        minutes=int(about.get("minutes", 0)),
        topics=tuple(about.get("topics", ())),
        database=bool(about.get("database", False)),
        exercises=_exercises(paths.EXERCISES / f"{name}.ipynb", lesson_id),
        mixed=bool(about.get("mixed", False)),
    )


def _exercises(path: Path, lesson_id: str) -> tuple[Exercise, ...]:
    if not path.exists():
        return ()
    prose = "\n".join(source(c) for c in read_cells(path) if c["cell_type"] == "markdown")
    return tuple(Exercise(id, title, lesson_id) for id, title in HEADING.findall(prose))


def starter(exercise_id: str) -> str:
    """What the answer cell holds before the learner writes in it."""
    here = lesson(exercise(exercise_id).lesson)
    return answer(here.exercise_notebook, exercise_id)


def official(exercise_id: str) -> str:
    """The course's own answer, without the marks that an author needs."""
    here = lesson(exercise(exercise_id).lesson)
    return without_marks(answer(here.solution_notebook, exercise_id))
