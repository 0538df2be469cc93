"""Run the pytest file of one exercise in this process, with the learner's objects as parameters."""

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from course import check_threads
from course.check_plugin import Outcome, Plugin
from course.check_watchdog import Watch
from course.errors import CourseError
from course.exercise import Unmet
from course.learners_code import learners_line
from course.postgres import settings

__all__ = ["is_unmet", "learners_line", "run"]

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
# What libpq reads of the environment, for other servers than the course's own.
_OTHER_SERVERS = [
    f"PG{name}"
    for name in ("CHANNELBINDING", "GSSENCMODE", "OPTIONS", "REQUIREAUTH", "REQUIRESSL", "SERVICE", "SSLCERT")
    + ("SSLCRL", "SSLKEY", "SSLMODE", "SSLNEGOTIATION", "SSLROOTCERT", "TARGETSESSIONATTRS")
]
_running = False


def run(check_file: Path, exercise_id: str, namespace: dict[str, Any], first: str | None = None) -> Outcome:
    """Run the check of one exercise against the names in `namespace`, which is left as it was.

    `first`: the sentence of an expectation that is run before the others ("": none is). With it, the run ends
    at the first expectation that is not met; without it, all are run.
    Raises CourseError when the file holds no check for this exercise, when the machine is in the way (a full
    disk, a server that does not answer), when it was interrupted by hand, and inside another check.
    """
    with _alone(exercise_id), Watch(exercise_id) as watch:
        plugin = Plugin(exercise_id, namespace, watch, first)
        quiet = StringIO()
        with _no_foreign_settings(), redirect_stdout(quiet), redirect_stderr(quiet):
            off = [part for name in _OFF for part in ("-p", f"no:{name}")]
            pytest.main([str(check_file), "-c", str(_CONFIGURATION), *off, *_OPTIONS], [plugin])
    check_threads.silence()
    if plugin.interrupted:
        raise CourseError(
            f"The check of {exercise_id} was interrupted before it had a result, and nothing was logged. "
            "To check again, run this cell again."
        )
    if plugin.trouble:
        raise CourseError(
            f"{exercise_id} could not be checked, and that is not because of your answer. {plugin.trouble} "
            "Nothing was logged."
        )
    if plugin.outcome is None or plugin.problem:
        problem = plugin.problem or f"{check_file.name} has no check for {exercise_id}"
        raise CourseError(
            f"The check of {exercise_id} could not be run: {problem}. This is a fault of the course, "
            "not of your answer: please report it with this sentence."
        )
    return plugin.outcome


@contextmanager
def _alone(exercise_id: str) -> Iterator[None]:
    """One check at a time: an answer that calls `check` would start itself for ever."""
    global _running
    if _running:
        raise CourseError(
            f'check("{exercise_id}") was called by code that is itself being checked. Call it in a cell of '
            "its "
            "own only."
        )
    _running = True
    try:
        yield
    finally:
        _running = False


def is_unmet(error: BaseException | None) -> bool:
    """True when an expectation said so itself, rather than something having been raised."""
    return isinstance(error, (Unmet, AssertionError))


@contextmanager
def _no_foreign_settings() -> Iterator[None]:
    """The environment without what is set in it for another pytest run, and for other servers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        theirs = ["PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_CURRENT_TEST", "PYTEST_DEBUG"]
        for name in theirs + ([] if settings.uses_other() else _OTHER_SERVERS):
            patch.delenv(name, raising=False)
        yield
