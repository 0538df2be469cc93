"""What can be asked again: each prediction of a lesson, with a program for reviews and its wrong options.

They stand beside this file, one TOML file a lesson, and docs/authors.md says what an entry holds.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from course.base.errors import CourseError
from course.content import catalog, reading_time
from course.content.notebook_file import read_cells, source

FOLDER = Path(__file__).with_name("questions")
_HOLE = re.compile(r"<<(\w+)>>")
_OPTION = re.compile(r"^  [○●] (.+)$", re.MULTILINE)
_ASKED = "Predict: "
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """One entry: a small program, what is asked about it, and what a wrong choice usually means.

    `vary` has a row for each variation: what stands in place of `<<name>>` in the texts and the program.
    `predict` is the text of the lesson's prediction; "" for a question that only a review asks, which then
    names the `section` of its lesson.
    """

    lesson: str
    name: str
    question: str
    options: tuple[str, ...]
    right: str
    why: str
    code: str
    wrong: Mapping[str, str]
    topics: tuple[str, ...]
    vary: tuple[Mapping[str, str], ...] = field(default=())
    predict: str = ""
    section: str = ""

    @property
    def id(self) -> str:
        """By which a log knows it, whatever its words are: "1.2 route-order"."""
        return f"{self.lesson} {self.name}"

    @property
    def minutes(self) -> float:
        """How long a review of it takes, by the rule of the lessons."""
        words = len(" ".join([self.question, *self.options, self.why]).split())
        lines = sum(bool(line.strip()) for line in self.code.splitlines())
        return reading_time.minutes(words=words, code=lines, predictions=1)

    def variation(self, number: int) -> "Question":
        """The question with the values of row `number`, counted round; without holes and rows."""
        if not self.vary:
            return self
        row = self.vary[number % len(self.vary)]
        return replace(
            self,
            vary=(),
            question=_filled(self.question, row),
            options=tuple(_filled(each, row) for each in self.options),
            right=_filled(self.right, row),
            why=_filled(self.why, row),
            code=_filled(self.code, row),
            wrong={_filled(option, row): _filled(said, row) for option, said in self.wrong.items()},
        )


def _filled(text: str, row: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda hole: row[hole[1]], text)


def of_lesson(lesson_id: str) -> tuple[Question, ...]:
    """The questions of a lesson, in the order of its file; none when it has no file.

    Raises CourseError when an entry is not whole.
    """
    path = FOLDER / f"{lesson_id}.toml"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else ()


@lru_cache(maxsize=128)
def _read(path: Path, _changed: int) -> tuple[Question, ...]:
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("question", ())
    return tuple(_question(path.stem, entry) for entry in entries)


def _question(lesson_id: str, entry: dict[str, Any]) -> Question:
    lists = {key: tuple(entry.get(key, ())) for key in ("options", "topics", "vary")}
    try:
        return Question(lesson=lesson_id, **entry | lists | {"code": entry["code"].strip()})
    except (TypeError, KeyError) as problem:
        raise CourseError(f"{lesson_id}.toml, {entry.get('name')}: {problem}.") from problem


def questions() -> tuple[Question, ...]:
    """All questions of the course, in the order of its lessons."""
    return tuple(each for lesson in catalog.lessons() for each in of_lesson(lesson.id))


def mistaken(lesson_id: str, prediction: str, option: str) -> str:
    """What somebody may have thought who chose this wrong option of a lesson's prediction; "" if unknown."""
    for each in of_lesson(lesson_id):
        if each.predict == prediction:
            return each.wrong.get(option, "")
    return ""


def place(question: Question) -> tuple[str, str]:
    """The section that teaches it: the id of the cell with its heading, and the heading's words.

    Raises CourseError when the lesson has no such prediction or section any more.
    """
    heading = ("", "")
    for cell in read_cells(catalog.lesson(question.lesson).notebook):
        headings = _SECTION.findall(source(cell)) if cell["cell_type"] == "markdown" else []
        if question.section in headings:
            return cell["id"], question.section
        if headings:
            heading = (cell["id"], headings[-1])
        if question.predict in _asked_in(cell):
            return heading
    raise CourseError(f"Lesson {question.lesson} has no section for the question {question.name}.")


def _asked_in(cell: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {}
    for output in cell.get("outputs", ()):
        text = "".join(output.get("data", {}).get("text/plain", ()))
        if text.startswith(_ASKED):
            question, _, options = text.removeprefix(_ASKED).partition("\n  ")
            found[question] = tuple(_OPTION.findall(f"  {options}"))
    return found


def predictions(lesson: catalog.Lesson) -> dict[str, tuple[str, ...]]:
    """What a lesson asks, with the options, as its stored outputs say; options may be computed by a cell."""
    found: dict[str, tuple[str, ...]] = {}
    for cell in read_cells(lesson.notebook):
        found |= _asked_in(cell)
    return found
