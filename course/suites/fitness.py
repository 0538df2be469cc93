"""Whether a suite may be trusted: it ends, passes on the right app in any order, keeps to its own data."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course.content import app_history
from course.look import reached
from course.suites.backwards import BACKWARDS
from course.suites.suite import SuiteRun, app_in_a_folder, name_of, run_suite

_SECONDS = 300  # for one run; far more than any suite needs, for a busy machine is no reason to refuse one
# Where a database is made, and no data is.
_MAINTENANCE = {"postgres", "template1"}


@dataclass(frozen=True)
class Fitness:
    """The run on the right app. `problem`: why the suite is not graded, in a sentence, or ""."""

    run: SuiteRun
    problem: str


def fitness(tree: app_history.Tree) -> Fitness:
    """Run the suite in an app's tests/ on the app as it is, forwards and backwards. Raises CourseError."""
    begun = reached.begin()
    with ThreadPoolExecutor(1) as pool:
        backwards = pool.submit(_again, tree, options=BACKWARDS)
        with app_in_a_folder(tree) as (folder, address):
            run = run_suite(folder, address, seconds=_SECONDS, lines=True)
            others = reached.databases(name_of(address), begun) - _MAINTENANCE
    own = name_of(address)
    elsewhere = sorted(each for each in others if not each.startswith(own))
    return Fitness(run, next(_problems(tree, run, backwards.result(), elsewhere), ""))


def _problems(
    tree: app_history.Tree, run: SuiteRun, backwards: SuiteRun, elsewhere: Sequence[str]
) -> Iterator[str]:
    """What is wrong, the first thing first; what costs another run comes last."""
    if run.problem:
        yield run.problem
    if run.failed:
        yield _failed(run)
    if elsewhere:
        yield (
            f"The tests reached for {' and '.join(elsewhere)}, and not only for the database that "
            "TEST_DATABASE_URL names. What stands there is not theirs to change: read the address from that "
            "variable."
        )
    if others := _others(run, backwards):
        yield _unsteady(others[0], steady=not _others(run, _again(tree)))


def _failed(run: SuiteRun) -> str:
    first, *more = run.failed
    beside = f", and so do {len(more)} more" if more else ""
    return f"{first.file}::{first.name} fails on the right app{beside}: {first.says}"


def _again(tree: app_history.Tree, options: Sequence[str] = ()) -> SuiteRun:
    with app_in_a_folder(tree) as (folder, address):
        return run_suite(folder, address, options=options, seconds=_SECONDS)


def _others(first: SuiteRun, second: SuiteRun) -> list[str]:
    """The tests that ended otherwise the second time."""
    ends = {(each.file, each.name): each.outcome for each in second.results}
    return [
        f"{each.file}::{each.name}"
        for each in first.results
        if ends.get((each.file, each.name)) != each.outcome
    ]


def _unsteady(test: str, *, steady: bool) -> str:
    if steady:
        return (
            f"{test} does not end the same way when the tests run backwards: it depends on what another test "
            "leaves behind. What a test needs, it arranges itself."
        )
    return (
        f"{test} is flaky: it does not end the same way each time on the same app. Look for what differs "
        "from one run to the next: time, chance, an order that nothing promises, what another test leaves."
    )
