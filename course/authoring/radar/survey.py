"""Which package is to blame for each failure, with as few runs as possible."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from course.authoring.radar.culprits import Moved, culprits
from course.authoring.radar.proving import Failure, Runner
from course.base.errors import CourseError

Say = Callable[[str], object]

NOTHING_MOVED = "No package has moved: the packages are those of the locks."
ALSO_BEFORE = "It fails with the packages of the locks, too: no package that moved is to blame."
NO_END = "The search came to no end."
ONLY_ONCE = "It failed once, and passed when it ran again with the same packages."


@dataclass(frozen=True)
class Find:
    """A failure, the packages whose move causes it, those that had to move along, and what else to say."""

    failure: Failure
    packages: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    remark: str = ""


class Memory:
    """What failed with which packages moved; nothing runs twice."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._known: dict[tuple[Moved, str], list[str]] = {}

    def fails(self, moved: Moved, failures: Iterable[Failure]) -> set[str]:
        """Which of these tests fail with these packages moved. Raises CourseError."""
        asked = list(failures)
        fresh = dict.fromkeys(each.target for each in asked if (moved, each.target) not in self._known)
        if fresh:
            found = [each.test for each in self._runner.failures(moved, fresh)]
            self._known |= {(moved, target): found for target in fresh}
        return {each.test for each in asked if self._among(each.test, self._known[moved, each.target])}

    def _among(self, test: str, failed: list[str]) -> bool:
        """Whether a test failed, or its whole file, which then could not be imported."""
        return test in failed or test.partition("::")[0] in failed


def explain(
    failures: list[Failure],
    candidates: list[str],
    runner: Runner,
    closed: Callable[[Moved], Moved],
    say: Say = lambda _: None,
) -> list[Find]:
    """A find for each failure of a run in which all `candidates` had moved, in the order of the failures.

    Of tests of one file that say the same, one is tried. `closed` completes a set of packages, as
    `Ties.closed` does; `say` is told what is tried.
    """
    if not candidates:
        return [Find(each, remark=NOTHING_MOVED) for each in failures]
    tried = {each.symptom: each for each in reversed(failures)}
    try:
        found = Search(candidates, Memory(runner), closed, say).finds(list(tried.values()))
    except CourseError as problem:  # what failed is worth telling all the same
        return [Find(each, remark=f"{NO_END} {problem}") for each in failures]
    known = {each.failure.symptom: each for each in found}
    return [replace(known[each.symptom], failure=each) for each in failures]


class Search:
    """One search for the culprits of some failures."""

    def __init__(
        self, candidates: list[str], memory: Memory, closed: Callable[[Moved], Moved], say: Say
    ) -> None:
        self._candidates, self._memory, self._closed, self._say = candidates, memory, closed, say

    def finds(self, failures: list[Failure]) -> list[Find]:
        """What is found of each, in their order."""
        found, left = self._without_a_search(failures)
        while left:
            for find in self._of_the_first(left):
                found[find.failure.test] = find
            left = [each for each in left if each.test not in found]
        return [found[each.test] for each in failures]

    def _without_a_search(self, failures: list[Failure]) -> tuple[dict[str, Find], list[Failure]]:
        """Failures that no package explains, and the others."""
        self._say(f"Running again what failed ({len(failures)}), with all packages moved and with none")
        again = self._memory.fails(frozenset(self._candidates), failures)
        before = self._memory.fails(frozenset(), [each for each in failures if each.test in again])
        found = {each.test: Find(each, remark=ONLY_ONCE) for each in failures if each.test not in again}
        found |= {each.test: Find(each, remark=ALSO_BEFORE) for each in failures if each.test in before}
        return found, [each for each in failures if each.test not in found]

    def _of_the_first(self, left: list[Failure]) -> list[Find]:
        """What is found of the first failure, and of all that fail by the same package alone."""
        first = left[0]
        try:
            needed = culprits(self._candidates, lambda moved: self._broken_by(moved, first), self._closed)
        except CourseError as problem:
            return [Find(first, remark=f"{NO_END} {problem}")]
        moved = self._closed(frozenset(needed))
        along = tuple(sorted(moved - set(needed)))
        alike = {first.test}
        if len(needed) == 1:
            alike |= self._memory.fails(moved, left)
        return [Find(each, needed, along) for each in left if each.test in alike]

    def _broken_by(self, moved: Moved, failure: Failure) -> bool:
        broken = bool(self._memory.fails(moved, [failure]))
        which = ", ".join(sorted(moved)) if len(moved) < 4 else f"{len(moved)} packages"
        self._say(f"{failure.test}: {'fails' if broken else 'passes'} where {which} moved")
        return broken
