"""Judge an answer: from what the learner ran and what the expectations say to one of four outcomes."""

from typing import Any

from course.checks import attempt
from course.checks.expectations import is_unmet
from course.checks.learners_code import learners_line
from course.checks.runner import CheckRun, run
from course.checks.time_limit import TookTooLong
from course.checks.verdict import Outcome, Verdict, describe, joined_notes
from course.content import catalog


def examine(
    exercise_id: str, namespace: dict[str, Any], seen: attempt.History, first: str | None = None
) -> Verdict:
    """Judge an answer: what `check` does without logging, for any namespace and history.

    `first`: as `runner.run` takes it.
    """
    exercise = catalog.exercise(exercise_id)
    found = attempt.find(seen, catalog.starter(exercise_id))
    if found.error is not None and found.changed:
        return Verdict(exercise, Outcome.RAISED, _raised(found.error))
    if not found.changed:
        return Verdict(exercise, Outcome.NOT_ATTEMPTED, _NOT_ATTEMPTED)
    check_file = catalog.lesson(exercise.lesson).check_file
    return judge(exercise, run(check_file, exercise_id, namespace, first))


def judge(exercise: catalog.Exercise, outcome: CheckRun) -> Verdict:
    """The verdict that the run of a check amounts to."""
    if outcome.missing:
        names = " and ".join(f"`{name}`" for name in sorted(outcome.missing))
        return Verdict(
            exercise,
            Outcome.NOT_YET,
            f"The check looks for {names} and this notebook does not have it. Was it renamed, "
            "or was its cell not run since the kernel started?",
        )
    failed = [each for each in outcome.expectations if not each.met]
    raised = [each for each in failed if _raised_by_learner(each.error)]
    how = Outcome.RAISED if raised else Outcome.NOT_YET if failed else Outcome.DONE
    return Verdict(exercise, how, joined_notes(*outcome.remarks), outcome.expectations)


def _raised_by_learner(error: BaseException | None) -> bool:
    ours = error is None or is_unmet(error) or isinstance(error, TookTooLong)
    return not ours and bool(error and learners_line(error))


_NOT_ATTEMPTED = "The cell above is still as you got it. Change it, run it, then run this one again."


def _raised(error: BaseException) -> str:
    return (
        f"The cell with your answer ended with {describe(error)}. "
        "Mend that first, run the cell, then run this one again. "
    )
