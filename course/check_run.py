"""Run the pytest file of one exercise in this process, with the learner's objects as parameters."""

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from course.check_plugin import Outcome, Plugin
from course.errors import CourseError
from course.exercise import Unmet

_CONFIGURATION = Path(__file__).with_name("checks.ini")
# Only what a check needs: each plugin left out is time that the learner does not wait.
_OFF = [
    "terminal",
    "cacheprovider",
    "warnings",
    "logging",
    "faulthandler",
    "junitxml",
    "pastebin",
    "doctest",
    "unittest",
    "stepwise",
    "setuponly",
    "setupplan",
    "debugging",
    "recwarn",
    "threadexception",
    "unraisableexception",
]
_OPTIONS = ["--noconftest", "--import-mode=importlib", "--assert=plain", "--capture=no"]
# How cells, judged answers and the learner's own app are named in a traceback.
_LEARNERS_FILES = ("ipykernel_", "<ipython-input", "<answer", f"{os.sep}app{os.sep}")


def run(check_file: Path, exercise_id: str, namespace: dict[str, Any], first: str | None = None) -> Outcome:
    """Run the check of one exercise against the names in `namespace`, which is left as it was.

    `first`: the sentence of an expectation that is run before the others ("": none is). With it, the run ends
    at the first expectation that is not met; without it, all are run.
    Raises CourseError when the file holds no check for this exercise.
    """
    plugin = Plugin(exercise_id, namespace, first)
    quiet = StringIO()
    with _no_foreign_settings(), redirect_stdout(quiet), redirect_stderr(quiet):
        off = [part for name in _OFF for part in ("-p", f"no:{name}")]
        pytest.main([str(check_file), "-c", str(_CONFIGURATION), *off, *_OPTIONS], [plugin])
    if plugin.outcome is None or plugin.problem:
        problem = plugin.problem or f"{check_file.name} has no check for {exercise_id}"
        raise CourseError(
            f"The check of {exercise_id} could not be run: {problem}. This is a fault of the course, "
            "not of your answer: please report it with this sentence."
        )
    return plugin.outcome


def learners_line(error: BaseException) -> str:
    """The line of the learner's own code that raised, or "" when none of it did."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if any(part in frame.filename for part in _LEARNERS_FILES):
            return (frame.line or f"line {frame.lineno} of its cell").strip()
    return ""


def is_unmet(error: BaseException | None) -> bool:
    """True when an expectation said so itself, rather than something having been raised."""
    return isinstance(error, (Unmet, AssertionError))


@contextmanager
def _no_foreign_settings() -> Iterator[None]:
    """pytest without the plugins and options that this machine or an outer test run has set."""
    ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    theirs = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_CURRENT_TEST", "PYTEST_DEBUG")
    before = {name: os.environ.pop(name, None) for name in (*ours, *theirs)}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
