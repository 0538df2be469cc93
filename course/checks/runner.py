"""Run the pytest file of one exercise in this process; all private to pytest stands here and in quick_start.

A plugin hands the tests the learner's objects as parameters and notes how each one ends.
"""

import re
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from course.base.errors import CourseError
from course.checks import machine, threads
from course.checks.environment import no_foreign_settings
from course.checks.expectations import MARK, ExerciseInfo, remarks
from course.checks.guard import Refused, guarded, lost
from course.checks.memory_limit import limited_memory
from course.checks.one_call import one_call_each
from course.checks.one_check import one_check
from course.checks.quick_start import arguments, without_idle_looks
from course.checks.server_errors import noticed
from course.checks.sessions import handed_on
from course.checks.snapshot import restored
from course.checks.threads import Leftovers
from course.checks.time_limit import TookTooLong, limited, patience
from course.checks.verdict import Expectation
from course.checks.watchdog import Watch

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class CheckRun:
    """What running a check gave: each expectation, the names it wanted in vain, and the time limit."""

    about: ExerciseInfo
    expectations: list[Expectation] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    timed_out: bool = False
    left_out: int = 0  # expectations that were not tried after one that took too long
    remarks: list[str] = field(default_factory=list)  # what the code did besides, such as threads it left


class NotRun(Exception):
    """How an expectation stands until its test has ended."""


def sentence(test_name: str) -> str:
    """A test's name as the sentence that a learner reads."""
    words = test_name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _sentence_of(item: pytest.Item) -> str:
    return sentence(getattr(item, "originalname", item.name))


class Plugin:
    """Selects one exercise's tests, hands them the learner's objects, and notes how each one ends."""

    def __init__(
        self, exercise_id: str, namespace: dict[str, Any], watch: Watch, first: str | None = None
    ) -> None:
        self.exercise_id, self.namespace, self.watch, self.first = exercise_id, namespace, watch, first
        self.outcome: CheckRun | None = None
        self.problem = self.trouble = ""  # of the course, and of the machine
        self.interrupted = False
        self.refused: Refused | None = None
        self.threads, self.copies, self.stopped_at, self._database = Leftovers(), 0, "", ""
        self.url: str | None = None  # the database that the check used,
        self.used_since = time.monotonic()  # and since when

    @pytest.fixture
    def database_url(self) -> str:
        """A clean database for one expectation: the learner's own one is never touched by a check."""
        return self._database

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
                if name not in self.namespace:
                    self.outcome.missing.add(name)
                metafunc.parametrize(name, [self.namespace.get(name)], ids=[name])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        mine = [i for i in items if getattr(getattr(i, "cls", None), MARK, None) is not None]
        mine = [i for i in mine if getattr(i.cls, MARK).id == self.exercise_id]  # type: ignore[attr-defined]
        if mine and self.outcome is None:
            self.outcome = CheckRun(getattr(mine[0].cls, MARK))  # type: ignore[attr-defined]
        mine.sort(key=lambda item: _sentence_of(item).lower() != (self.first or "").lower())
        items[:] = [] if self.outcome and self.outcome.missing else mine

    def pytest_pycollect_makeitem(self, obj: object) -> list[pytest.Item] | None:
        """Pass over the other exercises of the file: collecting them is time that the learner waits."""
        about = getattr(obj, MARK, None) if isinstance(obj, type) else None
        return [] if about is not None and about.id != self.exercise_id else None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problem = (
                _COLOURS.sub("", report.longreprtext).strip().splitlines()[-1].removeprefix("E").strip()
            )

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests one by one; one that takes too long ends the check, and with `first` one unmet."""
        for number, item in enumerate(session.items):
            following = session.items[number + 1 : number + 2]
            whole = self._run_one(item, following[0] if following else None)
            if not whole or (self.first is not None and not self.outcome.expectations[-1].met):  # type: ignore[union-attr]
                self.outcome.left_out = len(session.items) - number - 1  # type: ignore[union-attr]
                break
        self._conclude()
        return True

    def _run_one(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        """Run one test; False when the check ends with it."""
        assert self.outcome is not None, "an item was selected, so its exercise was seen"
        seen = Expectation(_sentence_of(item), NotRun())
        self.outcome.expectations.append(seen)
        whole = False
        try:
            # The learner's time runs only while the learner's code does: making a database is ours.
            with (
                self._database_for(item),
                restored(self.namespace),
                noticed(seen),
                remarks(seen),
                self._held(),
                one_call_each(),
            ):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                whole = True
        except KeyboardInterrupt:
            self.interrupted = True
        except BaseException as problem:  # what pytest does not keep to itself
            if seen.error is None or isinstance(seen.error, NotRun):  # also when time was up just after it
                seen.error = problem
        if self.refused and lost(seen.error):
            seen.error = self.refused
        if isinstance(seen.error, MemoryError):  # its traceback holds what filled the memory
            traceback.clear_frames(seen.error.__traceback__)
        if isinstance(seen.error, TookTooLong):
            self.outcome.timed_out, seen.error.line = True, seen.error.line or self.stopped_at
        self.trouble = machine.evident(seen.error)
        return whole and not (self.outcome.timed_out or self.trouble)

    @contextmanager
    def _database_for(self, item: pytest.Item) -> Iterator[None]:
        if "database_url" not in getattr(item, "fixturenames", ()):
            yield
            return
        from course.checks import database

        with database.fresh() as self._database:
            yield

    @contextmanager
    def _held(self) -> Iterator[None]:
        """What keeps the learner's code within bounds while one expectation is looked at."""
        assert self.outcome is not None
        seconds = self.outcome.about.limit_seconds * patience()
        try:
            with (
                self.watch.over(seconds),
                limited(seconds, self.watch.give_up) as time_is_up,
                guarded(seconds) as guard,
            ):
                try:
                    yield
                finally:
                    self.copies, self.refused = self.copies + guard.copies, guard.refused
                    self.stopped_at = time_is_up.line
        finally:
            self.threads.stop()

    def _conclude(self) -> None:
        """Look at the machine when something failed, and tell what the code left behind."""
        if self.outcome is None or self.interrupted:
            return
        if not (self.trouble or all(each.met for each in self.outcome.expectations)):
            self.trouble = machine.hidden(self.url, time.monotonic() - self.used_since)
        if self.copies:
            self.outcome.remarks.append(
                "Your code made a copy of the kernel's process with os.fork(). The check ended that copy "
                "when it came back from your code."
            )
        if remark := self.threads.remark():
            self.outcome.remarks.append(remark)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """A check's fixtures call the learner's code too; a server that ours may start must know no limit."""
        if fixturedef.argname == "database_url":
            return (yield)
        with limited_memory():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        given = getattr(item, "funcargs", {}).get("database_url")
        if self.url is None and given is not None:
            self.url, self.used_since = given, time.monotonic()
        with limited_memory():
            return (yield)

    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> None:
        """Note what a test ended with; a skip raised by the learner's code is no success either."""
        if self.outcome and self.outcome.expectations and call.excinfo is not None:
            self.outcome.expectations[-1].error = call.excinfo.value

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed and self.outcome:
            self.outcome.expectations[-1].error = None


_running = False


def run(check_file: Path, exercise_id: str, namespace: dict[str, Any], first: str | None = None) -> CheckRun:
    """Run the check of one exercise against the names in `namespace`, which is left as it was.

    `first`: the sentence of an expectation that is run before the others ("": none is). With it, the run ends
    at the first expectation that is not met; without it, all are run.
    Raises CourseError when the file holds no check for this exercise, when the machine is in the way (a full
    disk, a server that does not answer), when it was interrupted by hand, and inside another check.
    """
    with _alone(exercise_id), one_check(), Watch(exercise_id) as watch:
        plugin = Plugin(exercise_id, namespace, watch, first)
        quiet = StringIO()
        with (
            no_foreign_settings(),
            without_idle_looks(),
            handed_on(),
            redirect_stdout(quiet),
            redirect_stderr(quiet),
        ):
            pytest.main(arguments(check_file), [plugin])
    threads.silence()
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
            f'check("{exercise_id}") was called by code that is itself being checked. Call it only in a cell '
            "of its own."
        )
    _running = True
    try:
        yield
    finally:
        _running = False
