"""Run the pytest file of one exercise in this process; all that is private to pytest stands here.

A plugin hands the tests the learner's objects as parameters and notes how each one ends.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from course.base.errors import CourseError
from course.checks.expectations import MARK, ExerciseInfo
from course.checks.snapshot import restored
from course.checks.time_limit import TookTooLong, limited
from course.checks.verdict import Expectation

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class CheckRun:
    """What running a check gave: each expectation, the names it wanted in vain, and the time limit."""

    about: ExerciseInfo
    expectations: list[Expectation] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)
    timed_out: bool = False


def sentence(test_name: str) -> str:
    """A test's name as the sentence that a learner reads."""
    words = test_name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]


class Plugin:
    """Selects one exercise's tests, hands them the learner's objects, and notes how each one ends."""

    def __init__(self, exercise_id: str, namespace: dict[str, Any]) -> None:
        self.exercise_id, self.namespace = exercise_id, namespace
        self.outcome: CheckRun | None = None
        self.problem = ""

    @pytest.fixture
    def database_url(self) -> Iterator[str]:
        """A clean database for one expectation: the learner's own one is never touched by a check."""
        from course.checks import database

        with database.fresh() as url:
            yield url

    def pytest_configure(self, config: pytest.Config) -> None:
        """A learner never sees pytest's traceback, and formatting one can take two seconds."""
        config.option.tbstyle = "value"

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        about = getattr(metafunc.cls, MARK, None)
        if about is None or about.id != self.exercise_id:
            return
        self.outcome = self.outcome or CheckRun(about)
        known = metafunc.definition._fixtureinfo.name2fixturedefs  # pytest has no public list
        for name in metafunc.fixturenames:
            if name not in known and name != "request":
                self.outcome.needed.add(name)
                if name not in self.namespace:
                    self.outcome.missing.add(name)
                metafunc.parametrize(name, [self.namespace.get(name)], ids=[name])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        mine = [i for i in items if getattr(getattr(i, "cls", None), MARK, None) is not None]
        mine = [i for i in mine if getattr(i.cls, MARK).id == self.exercise_id]  # type: ignore[attr-defined]
        if mine and self.outcome is None:
            self.outcome = CheckRun(getattr(mine[0].cls, MARK))  # type: ignore[attr-defined]
        items[:] = [] if self.outcome and self.outcome.missing else mine

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problem = (
                _COLOURS.sub("", report.longreprtext).strip().splitlines()[-1].removeprefix("E").strip()
            )

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests one by one; the first that takes too long ends the check."""
        for number, item in enumerate(session.items):
            following = session.items[number + 1 : number + 2]
            self._run_one(item, following[0] if following else None)
            if self.outcome and self.outcome.timed_out:
                break
        return True

    def _run_one(self, item: pytest.Item, following: pytest.Item | None) -> None:
        assert self.outcome is not None, "an item was selected, so its exercise was seen"
        seen = Expectation(sentence(getattr(item, "originalname", item.name)), TookTooLong())
        self.outcome.expectations.append(seen)
        try:
            with restored(self.namespace), limited(self.outcome.about.limit_seconds):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except TookTooLong as problem:
            seen.error = problem
        self.outcome.timed_out = isinstance(seen.error, TookTooLong)

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """Only failures come here."""
        if self.outcome and self.outcome.expectations and isinstance(node, pytest.Item):
            self.outcome.expectations[-1].error = call.excinfo.value

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed and self.outcome:
            self.outcome.expectations[-1].error = None


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


def run(check_file: Path, exercise_id: str, namespace: dict[str, Any]) -> CheckRun:
    """Run the check of one exercise against the names in `namespace`, which is left as it was.

    Raises CourseError when the file holds no check for this exercise.
    """
    plugin = Plugin(exercise_id, namespace)
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
