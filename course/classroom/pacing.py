"""A pacing sheet: when each section of a lesson begins, where to stop and ask, what usually goes wrong.

Nothing in it is written by hand: minutes come from the rule, questions from the page, mistakes from the wrong
answers that judge the checks.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from course.authoring import judge, minutes
from course.authoring.mutate import wording
from course.content import catalog, notebook_file, questions, reading_time

LINES_WRITTEN = 1.0  # of an answer, in a minute: thought, typed, run and mended
LEAST, LONGEST = 5, 15  # minutes of an exercise
MISTAKES = 3  # that a sheet names of an exercise, and wordings of each
OPENING = "Before the first section"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_QUESTION = re.compile(r"^Predict: (.+?)(?=\n  [○●] )", re.DOTALL)
_OPTION = re.compile(r"^  [○●] (.+)$", re.MULTILINE)
_TRUTH = re.compile(r"^It is (.+?)\.(?: You said|$)", re.MULTILINE)


@dataclass(frozen=True)
class Stop:
    """A prediction: minutes from the beginning, the question, its options, the right one ("" if not stored).

    `thought` has for a wrong option what somebody may think who chooses it.
    """

    at: float
    question: str
    options: tuple[str, ...]
    right: str
    thought: dict[str, str]


@dataclass(frozen=True)
class Section:
    """A section of a page: its title, when it begins and how long it takes, in minutes, and its stops."""

    title: str
    at: float
    minutes: float
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Mistake:
    """An expectation that wrong answers fail: how many of them, and what they do, the first named first."""

    expectation: str
    answers: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """An exercise: its minutes, and its commonest mistakes, the commonest first."""

    exercise: catalog.Exercise
    minutes: int
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Sheet:
    """The pacing of one lesson."""

    lesson: catalog.Lesson
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]

    @property
    def minutes(self) -> float:
        """Minutes to read, run and predict, not rounded."""
        return sum(each.minutes for each in self.sections)


def sheet(lesson: catalog.Lesson) -> Sheet:
    """The pacing sheet of a lesson, from its page, its exercises and its judged answers."""
    return Sheet(lesson, tuple(_sections(lesson)), tuple(map(_task, lesson.exercises)))


def _sections(lesson: catalog.Lesson) -> Iterator[Section]:
    cells = notebook_file.read_cells(lesson.notebook)
    title, began, at, stops = OPENING, 0.0, 0.0, list[Stop]()
    for number, (cell, cost) in enumerate(zip(cells, minutes.by_cell(lesson), strict=True)):
        if cell["cell_type"] != "markdown":
            stops += _stops(lesson, cells, number, at)
            at += cost
            continue
        for heading, share in _parts(notebook_file.source(cell)):
            if heading:
                yield Section(title, began, at - began, tuple(stops))
                title, began, stops = heading, at, []
            at += cost * share
    yield Section(title, began, at - began, tuple(stops))


def _parts(text: str) -> Iterator[tuple[str, float]]:
    """The pieces of a cell between headings: heading ("" before the first), and share of its words."""
    places = [0, *(found.start() for found in _HEADING.finditer(text)), len(text)]
    words = len(text.split()) or 1
    for begin, end in zip(places, places[1:], strict=False):
        piece = text[begin:end]
        heading = _HEADING.match(piece)
        if piece:
            yield heading[1].strip() if heading else "", len(piece.split()) / words


def _stops(lesson: catalog.Lesson, cells: list[dict[str, Any]], number: int, at: float) -> Iterator[Stop]:
    """The questions that a cell asks, with the answer that this cell or a later one prints."""
    printed = _printed(cells[number])
    for place, shown in enumerate(printed):
        if asked := _QUESTION.match(shown):
            options = tuple(_OPTION.findall(shown))
            # A cell may ask twice: the second question does not take the first one's answer away.
            here = [each for each in printed[place + 1 :] if not _QUESTION.match(each)]
            later = chain(here, *map(_printed, cells[number + 1 :]))
            thought = {each: questions.mistaken(lesson.id, asked[1], each) for each in options}
            said = {key: text for key, text in thought.items() if text}
            yield Stop(at, asked[1], options, _truth(later, options), said)


def _truth(printed: Iterable[str], options: tuple[str, ...]) -> str:
    for shown in printed:
        if _QUESTION.match(shown):
            return ""
        if found := next((said for said in _TRUTH.findall(shown) if said in options), ""):
            return found
    return ""


def _printed(cell: dict[str, Any]) -> list[str]:
    shown = (
        out.get("text") or out.get("data", {}).get("text/plain") or "" for out in cell.get("outputs", [])
    )
    return ["".join(text) for text in shown]


def exercise_minutes(exercise: catalog.Exercise) -> int:
    """Minutes of an exercise: its text and starter are read, each line that the answer adds is written."""
    starter, official = catalog.starter(exercise.id), catalog.official(exercise.id)
    read = reading_time.minutes(
        words=len(wording.prose(exercise.id).split()), code=len([*filter(str.strip, starter.splitlines())])
    )
    whole = round(read + minutes.added(starter, official) / LINES_WRITTEN)
    return min(max(whole, LEAST), LONGEST)


def _task(exercise: catalog.Exercise) -> Task:
    return Task(exercise, exercise_minutes(exercise), tuple(_mistakes(exercise)))


def _mistakes(exercise: catalog.Exercise) -> list[Mistake]:
    """What wrong answers fail: what most of them fail comes first, then what stands first in the file."""
    failed: dict[str, list[str]] = {}
    for each in judge.answers(catalog.lesson(exercise.lesson).answers_file):
        if each.exercise_id == exercise.id and each.kind == "reject":
            failed.setdefault(each.failing, []).append(each.label)
    ordered = sorted(failed.items(), key=lambda pair: -len(pair[1]))[:MISTAKES]
    return [Mistake(failing, len(labels), tuple(labels[:MISTAKES])) for failing, labels in ordered]
