"""What the mutants of one exercise show: who survives, who is explained, which expectation finds whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import indent

from course.authoring import judge
from course.authoring.mutate import explained, mutants, sentences
from course.authoring.mutate.court import Court, Found
from course.authoring.mutate.explained import Explanation
from course.authoring.mutate.mutants import Mutant
from course.content import catalog


@dataclass(frozen=True)
class Outcome:
    """The mutants of one exercise, how each fared, and the explanations that stand for it."""

    exercise_id: str
    mutants: Sequence[Mutant]
    found: Sequence[Found]
    explanations: Sequence[Explanation]

    @property
    def survivors(self) -> list[Mutant]:
        """Those that the check accepts."""
        return [each for each, found in zip(self.mutants, self.found, strict=True) if found.survived]

    @property
    def unexplained(self) -> list[Mutant]:
        """Survivors without a reason: the check is to be made better, or the reason to be written."""
        known = {each.key for each in self.explanations}
        return [each for each in self.survivors if each.key not in known]

    @property
    def stale(self) -> list[tuple[Explanation, str]]:
        """Explanations that explain no survivor, and why not."""
        alive, made = ({each.key for each in some} for some in (self.survivors, self.mutants))
        gone = [each for each in self.explanations if each.key not in alive]
        words = {True: "is found out now", False: "is not made any more"}
        return [(each, words[each.key in made]) for each in gone]

    @property
    def kills(self) -> Counter[str]:
        """How many mutants each expectation, or another way to be found out, has found."""
        return Counter(way for found in self.found for way in found.by)

    @property
    def alone(self) -> Counter[str]:
        """How many mutants only this expectation finds."""
        return Counter(found.by[0] for found in self.found if len(found.by) == 1)


def of_exercise(exercise_id: str, court: Court) -> Outcome:
    """Make an exercise's mutants and judge them. Raises CourseError when its official answer is refused."""
    made = mutants.of_exercise(exercise_id)
    return Outcome(exercise_id, made, court.judge(made), explained.of_exercise(exercise_id))


def problem(outcome: Outcome) -> str:
    """What an author has to do, with each diff; "" when nothing."""
    parts = []
    if outcome.unexplained:
        parts.append(
            f"The check of {outcome.exercise_id} accepts these mutants of the official answer. Write an "
            f"expectation that finds them, or the reason why they may stand into {_place(outcome)}:"
        )
        parts += [f"# %% {each.exercise_id} equal: …\n{each.diff}\n" for each in outcome.unexplained]
    for each, why in outcome.stale:
        parts.append(f"{_place(outcome)} explains a mutant of {each.exercise_id} that {why}; take it out:")
        parts.append(f"{each.diff}\n")
    return "\n".join(parts)


def summary(outcome: Outcome) -> str:
    """One line: how many mutants, and how they fared."""
    killed = len(outcome.mutants) - len(outcome.survivors)
    known = len(outcome.survivors) - len(outcome.unexplained)
    line = f"{outcome.exercise_id}: {len(outcome.mutants)} mutants, {killed} found out, {known} explained, "
    line += f"{len(outcome.unexplained)} unexplained"
    return line + (f", {len(outcome.stale)} stale" if outcome.stale else "")


def table(outcome: Outcome) -> str:
    """Each expectation with the mutants that it finds, and that only it finds; then the text's sentences."""
    names = expectations(outcome.exercise_id)
    ways = names + sorted(set(outcome.kills) - set(names))
    rows = [f"{outcome.kills[way]:4} {outcome.alone[way]:4}  {way}{_remark(outcome, way)}" for way in ways]
    return indent("\n".join(["all alone", *rows, "", *sentences.table(outcome.exercise_id)]), "  ")


def _remark(outcome: Outcome, way: str) -> str:
    return "" if outcome.kills[way] else "   <- finds no mutant"


def expectations(exercise_id: str) -> list[str]:
    """The sentences of an exercise's expectations, in order."""
    verdict = judge.verdict(exercise_id, catalog.official(exercise_id))
    return [each.sentence for each in verdict.expectations]


def _place(outcome: Outcome) -> str:
    lesson = catalog.lesson(catalog.exercise(outcome.exercise_id).lesson)
    return f"tests/mutants/{lesson.name}.txt"
