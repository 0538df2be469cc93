"""A bug as an answer: a test of the learner shows what it does, and the tests of the app miss it."""

from typing import Any

from course.base.errors import CourseError
from course.checks.expectations import remark, require
from course.checks.graded_tests import cell_of
from course.checks.time_limit import patience
from course.suites.bug import Bug
from course.suites.suite import SuiteRun

_SECONDS = 60.0
_last: list[Bug] = []


class WrittenBug:
    """A place in the app as a lesson leaves it, what is written there, and the test that proves it."""

    def __init__(self, lesson_id: str, place: Any, tests: Any) -> None:
        good = isinstance(place, tuple) and len(place) == 3 and all(isinstance(each, str) for each in place)
        require(
            good, tried="BUG", expected="a tuple of three texts: file, old text, new text", got=repr(place)
        )
        path, old, new = place
        wanted = Bug(lesson_id, path, old, new, cell_of(tests), _SECONDS * patience())
        if not (_last and _same(_last[0], wanted)):
            _last[:] = [wanted]
        self._bug, self._name = _last[0], tests.__name__

    def stands_once(self) -> None:
        """Require that the old text is there, once."""
        try:
            changed = self._bug.broken
        except CourseError as problem:
            said = str(problem)
        else:
            said = "" if changed else "nothing"
        require(
            not said,
            tried="the file and the old text of BUG",
            expected="a text that stands there once",
            got=said,
        )

    def starts(self) -> None:
        """Require that the broken app can be imported, and that the learner's test runs on it."""
        self.stands_once()
        said = self._bug.syntax_error() or self._bug.proofs[1].problem
        require(
            not said,
            tried="the broken app, started for your test",
            expected="it starts",
            got=said,
            means="An app that does not start is noticed by whoever starts it.",
        )

    def changes_something(self) -> None:
        """Require another code, not only another comment."""
        self.stands_once()
        require(
            self._bug.syntax_error() or not self._bug.says_the_same(),
            tried="the file before and after the change",
            expected="other code",
            got="the same code; spaces, comments and docstrings do not count",
        )

    def test_passes_on_the_right_app(self) -> None:
        """Require that the proof asks for what the app does."""
        self.stands_once()
        run = self._bug.proofs[0]
        require(
            not (run.problem or run.failed) and run.passed,
            tried=f"the tests of {self._name}, on the app as it is",
            expected="all pass",
            got=_why(run),
        )

    def test_fails_on_the_broken_app(self) -> None:
        """Require that the proof shows the bug."""
        self.starts()
        run = self._bug.proofs[1]
        require(
            run.failed,
            tried=f"the tests of {self._name}, on the broken app",
            expected="one that fails",
            got="all pass",
            means="Either the change does nothing that a client can see, or the test looks elsewhere.",
        )
        remark(f"{run.failed[0].name.rpartition('::')[2]} shows it")

    def is_missed(self) -> None:
        """Require that no test of the app notices it."""
        self.starts()
        by = self._bug.noticed_by
        require(
            not by,
            tried="Postboard's own tests, on the broken app",
            expected="all pass",
            got=f"noticed by {by}",
            means="This one is held already. Look for a rule, a limit or a default that no test names.",
        )
        remark(f"line {self._bug.line} of {self._bug.path} can change, and nobody notices: keep your test")


def _same(one: Bug, other: Bug) -> bool:
    return all(
        getattr(one, name) == getattr(other, name) for name in ("lesson_id", "path", "old", "new", "proof")
    )


def _why(run: SuiteRun) -> str:
    failed = [f"{each.name}: {each.says}" for each in run.failed]
    return run.problem or next(iter(failed), "no test that ran")
