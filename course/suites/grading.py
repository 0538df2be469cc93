"""A suite of tests graded by mutants: it passes on the right app, and notices apps with a mistake in them."""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from course.content import app_history
from course.content.variants import Variant, broken, named
from course.suites.suite import SuiteRun, app_in_a_folder, run_suite

# As many as there are cores, and no more than PostgreSQL has connections for, beside a learner's own app.
AT_ONCE = max(2, min(4, os.cpu_count() or 2))
_TIMES = 10  # as long as on the right app a suite may take on a broken one, before it counts as hanging
ANSWER = f"{app_history.TESTS}/test_answer.py"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fate:
    """What became of one broken app: `by` names the test that failed, "" while it is still alive."""

    variant: Variant
    by: str
    says: str = ""

    @property
    def noticed(self) -> bool:
        """Whether a test failed, or the suite did not come to its end."""
        return bool(self.by)


@dataclass
class Grading:
    """A suite, the app that it is for, and what is known of it so far. Nothing runs before it is wanted."""

    app: app_history.Tree
    tests: app_history.Tree
    variants: Sequence[Variant]
    seconds: float = 60
    _right: SuiteRun | None = None
    _took: float = 0.0  # seconds, for the run on the right app
    _fates: dict[str, Fate] = field(default_factory=dict)

    def is_of(self, other: "Grading") -> bool:
        """Whether another one would run the same tests on the same apps."""
        mine, theirs = ((each.app, each.tests, list(each.variants)) for each in (self, other))
        return mine == theirs

    def right(self) -> SuiteRun:
        """The run on the app as it is, where all tests have to pass."""
        if self._right is None:
            with app_in_a_folder(self.app | self.tests) as (folder, address):
                start = time.monotonic()
                self._right = run_suite(folder, address, which=self._which(), seconds=self.seconds)
            self._took = time.monotonic() - start
        return self._right

    def fate(self, name: str) -> Fate:
        """What became of the variant of this name; another one runs beside it. Raises KeyError."""
        if name not in self._fates:
            chosen = {each.name: each for each in self.variants}[name]
            left = (each for each in self.variants if each.name not in self._fates and each is not chosen)
            self._run([chosen, *list(left)[: AT_ONCE - 1]])
        return self._fates[name]

    def fates(self, on_progress: Progress | None = None) -> list[Fate]:
        """What became of all variants, in their order."""
        left = [each for each in self.variants if each.name not in self._fates]
        self._run(left, on_progress)
        return [self._fates[each.name] for each in self.variants]

    def _run(self, chosen: Sequence[Variant], on_progress: Progress | None = None) -> None:
        self.right()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for number, fate in enumerate(pool.map(self._one, chosen), 1):
                self._fates[fate.variant.name] = fate
                if on_progress:
                    on_progress(number, len(chosen))

    def _one(self, variant: Variant) -> Fate:
        with app_in_a_folder(broken(self.app, variant) | self.tests) as (folder, address):
            run = run_suite(folder, address, which=self._which(), options=["-x"], seconds=self._limit())
        return Fate(variant, *noticed(run))

    def _limit(self) -> float:
        """Seconds for a run on a broken app: far more than the right one took: machines are busy."""
        return max(self.seconds, _TIMES * self._took)

    def _which(self) -> list[str]:
        return [ANSWER] if ANSWER in self.tests else []


def noticed(run: SuiteRun) -> tuple[str, str]:
    """The test that noticed, and what it said. An app that does not even load, or hangs, is noticed too."""
    for each in run.failed:
        return each.name, each.says
    return (run.problem, run.problem) if run.problem else ("", "")


def of_lesson(lesson_id: str, tests: app_history.Tree, names: Sequence[str]) -> Grading:
    """The grading of tests for the app as a lesson leaves it, by the variants of these names.

    What the lesson's own tests/ hold of fixtures is there; its tests are not run. Raises CourseError for
    an unknown variant or lesson.
    """
    tree = app_history.after(lesson_id)
    own = app_history.tests_in(tree)
    support = {path: tree[path] for path in own if not _is_test(path)}
    app = {path: text for path, text in tree.items() if path not in own}
    return Grading(app, support | tests, list(map(named, names)))


def _is_test(path: str) -> bool:
    return path.rpartition("/")[2].startswith("test_")
