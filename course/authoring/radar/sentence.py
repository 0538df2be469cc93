"""Which sentence of the course a failed test is about."""

import re
from pathlib import Path
from typing import Any

from course.authoring import judge
from course.authoring.mutate import sentences
from course.base import paths
from course.base.errors import CourseError
from course.checks.runner import sentence as as_words
from course.content import catalog, notebook_file
from course.content.notebook_file import CHECK_CALL

_LESSON_FILE = re.compile(r"/(\d+)_(\d+)_\w+\.ipynb")
_EXERCISE, _LESSON = re.compile(r"\[(\d+\.\d+[a-z])\b"), re.compile(r"\[(\d+\.\d+)\b")
_NAME = re.compile(r"::(test_\w+)")
_WORD = re.compile(r"\w{3,}")  # shorter ones are in every sentence
_ANNOUNCED = 1.5  # in words: what else speaks of what changed has to have two of them
_NOT_MET = re.compile(r"✗ (.+)")


def lesson_of(test: str) -> str:
    """The lesson that a test is about by its id, such as "3.4"; "" when it is about none."""
    if of_file := _LESSON_FILE.search(test):
        return f"{of_file[1]}.{of_file[2]}"
    named = _LESSON.search(test) or _EXERCISE.search(test)
    return named[1].rstrip("abcdefghijklmnopqrstuvwxyz") if named else ""


def about(test: str, cell: int, source: str, shown: str, now: str) -> str:
    """The sentence that a failed test is about.

    For a check it is what the failed expectation holds, as tests/sentences says; for another cell the
    sentence of the prose around it that has most words in common with the lines that changed, or that
    announces it; for any other test it is its name.
    """
    checked = CHECK_CALL.search(source) or _EXERCISE.search(test)
    if checked and (held := _held(checked[1], test, now)):
        return held
    if ".ipynb::" in test:
        return _beside(paths.ROOT / test.partition("::")[0], cell, changed_words(shown, now))
    named = _NAME.search(test)
    return as_words(named[1]) if named else ""


def changed_lines(shown: str, now: str) -> tuple[list[str], list[str]]:
    """The lines that only one of two texts has, of each."""
    before, after = shown.splitlines(), now.splitlines()
    return [x for x in before if x not in after], [x for x in after if x not in before]


def words(text: str) -> set[str]:
    """The words of a text, in small letters."""
    return set(_WORD.findall(text.lower()))


def changed_words(shown: str, now: str) -> set[str]:
    """The words of the lines that changed."""
    return {word for lines in changed_lines(shown, now) for line in lines for word in words(line)}


def _held(exercise_id: str, test: str, now: str) -> str:
    """The first sentence whose expectation is not met, or had to be missed by a wrong answer."""
    try:
        failed = {*_NOT_MET.findall(now), *_to_be_missed(exercise_id, test)}
        held = sentences.held(exercise_id)
    except (CourseError, OSError):
        return ""
    for said, by in held.items():
        if isinstance(by, list) and failed & set(by):
            return said
    return ""


def _to_be_missed(exercise_id: str, test: str) -> list[str]:
    """The expectation that a wrong answer has to fail, where the test judges one."""
    name = test.partition("[")[2].removesuffix("]")
    known = judge.answers(catalog.lesson(catalog.exercise(exercise_id).lesson).answers_file)
    return [each.failing for each in known if str(each) == name]


def _beside(notebook: Path, number: int, changed: set[str]) -> str:
    """The sentence around a cell that has most words of what changed; the nearer one of equals."""
    try:
        cells = notebook_file.read_cells(notebook)
    except CourseError:
        return ""
    place = next((i for i, each in enumerate(cells) if each.get("execution_count") == number), None)
    if place is None:
        return ""
    # What a cell shows is explained below it; a sentence right above it that ends with a colon announces it.
    above, right_above = _first_prose(cells[:place][::-1]), cells[place - 1]["cell_type"] == "markdown"
    announced = above[-1] if right_above and above and above[-1].endswith(":") else ""

    def fit(said: str) -> float:
        return len(changed & words(said)) + _ANNOUNCED * (said == announced)

    return max([*_first_prose(cells[place + 1 :]), *reversed(above)], key=fit, default="")


def _first_prose(cells: list[dict[str, Any]]) -> list[str]:
    """The sentences of the first cell of prose among these, without headings and rows of tables."""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            said = sentences.split(notebook_file.source(cell))
            return [each for each in said if not each.startswith("#") and " | " not in each]
    return []
