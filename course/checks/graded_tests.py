"""The learner's tests as an answer: they pass on the right app, and notice apps with a mistake in them."""

import inspect
import linecache
from collections.abc import Mapping, Sequence
from typing import Any

from course.base.text import short
from course.checks.expectations import remark, require
from course.checks.one_check import shared
from course.checks.time_limit import patience
from course.content import app_history
from course.content.variants import Change, Variant
from course.suites import grading
from course.suites.suite import SuiteRun

Mistake = tuple[str, str, str, str]  # what a user meets; the definition, its old text and the new one
_FIXTURE = """

@pytest.fixture
def {name}():
    import {module}

    return {module}.{name}
"""
_LINE = 100  # characters of the statement that failed
_SECONDS = 8.0  # for one run of the tests of an exercise; patience makes more of it on a busy machine


_NOT_THERE = "The cell is the whole test file: what other cells import or define is not there."
_last: grading.Grading | None = None


class GradedTests:
    """A class of tests that the learner has written in one cell, and the broken apps that it is graded by.

    The whole cell is the test module, and finds the fixtures of the lesson's tests/conftest.py.
    """

    def __init__(self, tests: Any, graded: grading.Grading, right: str, broken: str) -> None:
        """`right`, `broken`: what the tests run on, in words."""
        self.name, self.grading = tests.__name__, graded
        self._on_right = f"the tests of {self.name}, on {right}"
        self._on_broken = f"the tests of {self.name}, on {broken} with a mistake in it"
        graded.seconds = _SECONDS * patience()

    @classmethod
    def of_lesson(cls, tests: Any, lesson_id: str, names: Sequence[str]) -> "GradedTests":
        """Tests of the app as a lesson leaves it. `names`: of variants (course/content/variants.toml)."""
        written = {grading.ANSWER: cell_of(tests)}
        graded = _once(grading.of_lesson(lesson_id, written, names))
        return cls(tests, graded, "the app as the lesson leaves it", "an app")

    @classmethod
    def of_text(
        cls, tests: Any, path: str, text: str, mistakes: Mapping[str, Mistake], conftest: str = ""
    ) -> "GradedTests":
        """Tests of one module, at `path`; what it defines are fixtures. `mistakes` by name.

        `conftest`: the text of more fixtures, with their imports.
        """
        module = path.removesuffix(".py").replace("/", ".")
        names = dict.fromkeys(definition for _, definition, _, _ in mistakes.values())
        fixtures = "".join(_FIXTURE.format(name=name, module=module) for name in names)
        variants = [
            Variant(name, "text", says, (Change(path, definition, old, new),))
            for name, (says, definition, old, new) in mistakes.items()
        ]
        given = {f"{app_history.TESTS}/conftest.py": f"import pytest\n{conftest}{fixtures}"}
        written = given | {grading.ANSWER: cell_of(tests)}
        graded = _once(grading.Grading({path: text}, written, variants))
        return cls(tests, graded, f"the right {path}", f"a {path}")

    def pass_on_the_right_app(self) -> int:
        """Require that all pass on the app as it is, and return how many there are."""
        run = self.grading.right()
        self._runs(run)
        first = next(iter(run.failed), None)
        require(
            first is None,
            tried=self._on_right,
            expected="all pass",
            got=f"{_short(first.name)}: {first.says}, at: {short(first.line, _LINE)}" if first else "",
            means=_cause(first.says) if first else "",
        )
        remark(f"{len(run.passed)} of {len(run.passed)} pass")
        return len(run.passed)

    def notice(self, name: str, hint: str) -> None:
        """Require that a test fails on one of the broken apps; the verdict says which."""
        run = self.grading.right()
        self._runs(run)
        require(
            not run.failed,
            tried=self._on_right,
            expected="all pass, before they are tried on code with a mistake",
            got=f"{len(run.failed)} of {len(run.results)} fail",
        )
        fate = self.grading.fate(name)
        require(
            fate.noticed,
            tried=f"{self._on_broken}: {fate.variant.says}",
            expected="a test that fails",
            got="all pass",
            means=hint,
        )
        remark(f"noticed by {_short(fate.by)}")

    def _runs(self, run: SuiteRun) -> None:
        skipped = [f"{_short(each.name)} is skipped" for each in run.results if each.outcome == "skipped"]
        require(
            not (run.problem or skipped),
            tried=self._on_right,
            expected="a run of all tests",
            got=_plain(run.problem) or "".join(skipped[:1]),
            means=_NOT_THERE if "NameError" in run.problem else "",
        )


def _once(wanted: grading.Grading) -> grading.Grading:
    """The same grading for all expectations of a check: each app is run once, not once for each of them.

    The next check has it too, unless there was a problem: a suite that had not ended may end the next time.
    """
    global _last
    if _last is None or not _last.is_of(wanted) or _is_of_an_earlier_check(_last) and _last.right().problem:
        _last = wanted
    shared["grading"] = _last
    return _last


def _is_of_an_earlier_check(known: grading.Grading) -> bool:
    return shared.get("grading") is not known


def cell_of(tests: Any) -> str:
    """The cell that a class of tests stands in, its whole text."""
    functions = [each for each in vars(tests).values() if inspect.isfunction(each)]
    names = [each.__name__ for each in functions if each.__name__.startswith("test")]
    require(
        names,
        tried=f"the functions of {tests.__name__} whose names begin with test_",
        expected="at least one",
        got="none",
        means="pytest takes a function for a test by its name.",
    )
    text = "".join(linecache.getlines(functions[0].__code__.co_filename))
    require(
        f"class {tests.__name__}" in text,
        tried=f"the cell that holds {tests.__name__}",
        expected="the class, written out in one cell",
        got="a class that was made in another way",
    )
    return text


def _cause(says: str) -> str:
    """Why a test fails on the right app."""
    if says.startswith("NameError"):
        return _NOT_THERE
    return "A test that fails on the right code asks for something that is not promised."


def _short(name: str) -> str:
    return name.rpartition("::")[2]


def _plain(problem: str) -> str:
    """A problem as the learner reads it, who knows of a cell and not of our file."""
    return problem.replace(f"{grading.ANSWER} cannot", "your cell cannot").replace(f"{grading.ANSWER}::", "")
