"""Which sentence of the course a failed test is about."""

import re
from pathlib import Path
from typing import Any

from course.authoring.mutate import sentences
from course.base import paths
from course.base.errors import CourseError
from course.checks.runner import sentence as as_words
from course.content import notebook_file
from course.content.notebook_file import CHECK_CALL

_LESSON_FILE = re.compile(r"/(\d+)_(\d+)_\w+\.ipynb")
_EXERCISE, _LESSON = re.compile(r"\[(\d+\.\d+[a-z])\b"), re.compile(r"\[(\d+\.\d+)\b")
_NAME = re.compile(r"::(test_\w+)")
_WORD = re.compile(r"\w+")


def lesson_of(test: str) -> str:
    """The lesson that a test is about by its id, such as "3.4"; "" when it is about none."""
    if of_file := _LESSON_FILE.search(test):
        return f"{of_file[1]}.{of_file[2]}"
    named = _LESSON.search(test) or _EXERCISE.search(test)
    return named[1].rstrip("abcdefghijklmnopqrstuvwxyz") if named else ""


def about(test: str, cell: int, source: str, shown: str, now: str) -> str:
    """The sentence that a failed test is about.

    For a check it is what the failed expectation holds, as tests/sentences says; for another cell the
    sentence of the prose around it that has most words in common with the lines that changed; for any other
    test it is its name.
    """
    checked = CHECK_CALL.search(source) or _EXERCISE.search(test)
    if checked and (held := _held(checked[1], now)):
        return held
    if ".ipynb::" in test:
        return _beside(paths.ROOT / test.partition("::")[0], cell, changed_words(shown, now))
    named = _NAME.search(test)
    return as_words(named[1]) if named else ""


def changed_lines(shown: str, now: str) -> tuple[list[str], list[str]]:
    """The lines that only one of two texts has, of each."""
    before, after = shown.splitlines(), now.splitlines()
    return [x for x in before if x not in after], [x for x in after if x not in before]


def changed_words(shown: str, now: str) -> set[str]:
    """The words of the lines that changed."""
    return {word for lines in changed_lines(shown, now) for line in lines for word in _WORD.findall(line)}


def _held(exercise_id: str, now: str) -> str:
    """The first sentence of an exercise that is held by an expectation which the text `now` names."""
    try:
        held = sentences.held(exercise_id)
    except (CourseError, OSError):
        return ""
    for said, by in held.items():
        if isinstance(by, list) and any(each in now for each in by):
            return said
    return ""


def _beside(notebook: Path, number: int, words: set[str]) -> str:
    """The best sentence of the prose around a cell; the nearer one of two that are as good."""
    try:
        cells = notebook_file.read_cells(notebook)
    except CourseError:
        return ""
    place = next((i for i, each in enumerate(cells) if each.get("execution_count") == number), None)
    if place is None:
        return ""
    # What a cell shows is explained below it, and announced above it.
    said = [*_first_prose(cells[place + 1 :]), *reversed(_first_prose(cells[:place][::-1]))]
    return max(said, key=lambda each: len(words & set(_WORD.findall(each))), default="")


def _first_prose(cells: list[dict[str, Any]]) -> list[str]:
    """The sentences of the first cell of prose among these."""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            return sentences.split(notebook_file.source(cell))
    return []
