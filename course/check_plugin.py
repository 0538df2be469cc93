"""The pytest plugin behind a check: it hands tests the learner's objects and notes how each one ends."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from course.errors import CourseError
from course.exercise import MARK, About
from course.snapshot import restored
from course.time_limit import TookTooLong, limited

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Expectation:
    """One test of a check: the sentence the learner sees, and the error it ended with, if any."""

    sentence: str
    error: BaseException | None = None

    @property
    def met(self) -> bool:
        """True when the test passed."""
        return self.error is None


@dataclass
class Outcome:
    """What running a check gave: each expectation, the names it wanted in vain, and the time limit."""

    about: About
    expectations: list[Expectation] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)
    timed_out: bool = False


def sentence(test_name: str) -> str:
    """A test's name as the sentence that a learner reads."""
    words = test_name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _sentence_of(item: pytest.Item) -> str:
    return sentence(getattr(item, "originalname", item.name))


class Plugin:
    """Selects one exercise's tests, hands them the learner's objects, and notes how each one ends."""

    def __init__(self, exercise_id: str, namespace: dict[str, Any], first: str | None = None) -> None:
        self.exercise_id, self.namespace, self.first = exercise_id, namespace, first
        self.outcome: Outcome | None = None
        self.problem = ""
        self._database = ""

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
        self.outcome = self.outcome or Outcome(about)
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
            self.outcome = Outcome(getattr(mine[0].cls, MARK))  # type: ignore[attr-defined]
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
            seen = self._run_one(item, following[0] if following else None)
            if isinstance(seen.error, TookTooLong) or (self.first is not None and not seen.met):
                break
        return True

    def _run_one(self, item: pytest.Item, following: pytest.Item | None) -> Expectation:
        assert self.outcome is not None, "an item was selected, so its exercise was seen"
        seen = Expectation(_sentence_of(item), TookTooLong())
        self.outcome.expectations.append(seen)
        try:
            # The learner's time runs only while the learner's code does: making a database is ours.
            with (
                self._database_for(item),
                restored(self.namespace),
                limited(self._limit()),
            ):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except (TookTooLong, CourseError) as problem:
            seen.error = problem
        self.outcome.timed_out = isinstance(seen.error, TookTooLong)
        return seen

    def _limit(self) -> float:
        """Seconds; the more, the more programs share a processor: a busy machine must not fail an answer."""
        assert self.outcome is not None, "an item was selected, so its exercise was seen"
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 1.0  # Windows counts none
        return self.outcome.about.limit_seconds * max(1.0, load / (os.cpu_count() or 1))

    @contextmanager
    def _database_for(self, item: pytest.Item) -> Iterator[None]:
        if "database_url" not in getattr(item, "fixturenames", ()):
            yield
            return
        from course import check_database

        with check_database.fresh() as self._database:
            yield

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """Only failures come here."""
        if self.outcome and self.outcome.expectations and isinstance(node, pytest.Item):
            self.outcome.expectations[-1].error = call.excinfo.value

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed and self.outcome:
            self.outcome.expectations[-1].error = None
