"""A whole suite graded by broken variants of its app: how many does it notice, and which survive?"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial

from course.base.errors import CourseError
from course.content import app_history, variants
from course.content.variants import Variant
from course.suites import reach
from course.suites.fitness import fitness
from course.suites.grading import AT_ONCE, Fate, Progress, noticed
from course.suites.process import load_early
from course.suites.suite import app_in_a_folder, plugins, run_suite

# A run on a broken app counts as hanging after so many seconds, or after so many times as long as all tests
# took on the right one. A busy machine is no mistake that tests notice.
_SECONDS, _TIMES = 120, 10


@dataclass(frozen=True)
class Grades:
    """What became of each broken variant, in their order. `tests`: how many tests the suite has.

    `problem`: why nothing was graded, in a sentence, or "". `left_out`: the variants that this app has no
    place for.
    """

    tests: int
    fates: tuple[Fate, ...] = ()
    problem: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def survivors(self) -> tuple[Fate, ...]:
        """The mistakes that no test noticed."""
        return tuple(each for each in self.fates if not each.noticed)

    @property
    def areas(self) -> dict[str, tuple[Fate, ...]]:
        """The fates by the part of the app that is broken."""
        names = dict.fromkeys(each.variant.area for each in self.fates)
        return {name: tuple(each for each in self.fates if each.variant.area == name) for name in names}


def grade(
    tree: app_history.Tree, chosen: Sequence[Variant] = (), on_progress: Progress | None = None
) -> Grades:
    """Grade the suite in an app's tests/ by all variants, or by those that are chosen.

    On each broken app, with a database of its own, the tests that reach what is broken run until one fails.
    Raises CourseError where there can be no database.
    """
    apps = {each: _broken(tree, each) for each in chosen or variants.variants()}
    left_out = tuple(each.name for each, app in apps.items() if app is None)
    load_early(plugins([tree[path] for path in app_history.tests_in(tree)]), tree.values())
    right = fitness(tree)
    tests = len(right.run.results)
    if right.problem:
        return Grades(tests, problem=right.problem, left_out=left_out)
    lines, seconds = right.run.lines, right.run.seconds
    patient = partial(_fate, seconds=max(_SECONDS, _TIMES * sum(seconds.values())))
    jobs = [
        partial(patient, each, app, reach.likeliest(lines, seconds, tree, app, each.area))
        for each, app in apps.items()
        if app
    ]
    return Grades(tests, tuple(_fates(jobs, on_progress)), left_out=left_out)


def _broken(tree: app_history.Tree, variant: Variant) -> app_history.Tree | None:
    try:
        return variants.broken(tree, variant)
    except CourseError:
        return None


def _fates(jobs: Sequence[Callable[[], Fate]], on_progress: Progress | None) -> Iterator[Fate]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(job) for job in jobs]
        for number, _ in enumerate(as_completed(running), 1):
            if on_progress:
                on_progress(number, len(running))
        yield from (each.result() for each in running)


def _fate(variant: Variant, app: app_history.Tree, which: list[str], *, seconds: float) -> Fate:
    if not which:  # no test runs what is broken
        return Fate(variant, "")
    with app_in_a_folder(app) as (folder, address):
        run = run_suite(folder, address, which=which, options=["-x"], seconds=seconds)
    return Fate(variant, *noticed(run))
