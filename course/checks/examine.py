"""Judge an answer: from what the learner ran and what the expectations say to one of four outcomes."""

from typing import Any

from course.checks import attempt
from course.checks.expectations import is_unmet
from course.checks.learners_code import learners_line
from course.checks.runner import CheckRun, run
from course.checks.time_limit import TookTooLong
from course.checks.verdict import Outcome, Verdict, describe, joined_notes
from course.content import catalog, notebook_file


def examine(
    exercise_id: str, namespace: dict[str, Any], seen: attempt.History, first: str | None = None
) -> Verdict:
    """Judge an answer: what `check` does without logging, for any namespace and history.

    `first`: as `runner.run` takes it.
    """
    exercise = catalog.exercise(exercise_id)
    found, misspelt = attempt.find(seen, catalog.starter(exercise_id)), _misspelt(exercise, seen)
    if found.error is not None and found.changed:
        return Verdict(exercise, Outcome.RAISED, joined_notes(misspelt, _raised(found.error)))
    if not found.changed:
        return Verdict(exercise, Outcome.NOT_ATTEMPTED, misspelt or _NOT_ATTEMPTED)
    if uncallable := _uncallable(exercise_id, namespace):
        return Verdict(exercise, Outcome.NOT_YET, joined_notes(misspelt, uncallable))
    check_file = catalog.lesson(exercise.lesson).check_file
    verdict = judge(exercise, run(check_file, exercise_id, namespace, first))
    verdict.note = joined_notes(misspelt, verdict.note)
    return verdict


def _uncallable(exercise_id: str, namespace: dict[str, Any]) -> str:
    """What to say when a name holds something else than the function or class that the starter defines."""
    for name, kind in attempt.to_call(catalog.starter(exercise_id)).items():
        if name in namespace and not callable(namespace[name]):
            value = namespace[name]
            found = "None" if value is None else f"a value of the type {type(value).__name__}"
            return (
                f"The check needs the {kind} `{name}`, and in this notebook `{name}` is {found}. Define it "
                f'as the starter does, which `reset("{exercise_id}")` brings back. Run that cell, then run '
                "this one again."
            )
    return ""


def _misspelt(exercise: catalog.Exercise, seen: attempt.History) -> str:
    """What a learner should know whose newest answer bears nearly the right name: an older one is judged."""
    near = attempt.misspelt(seen, catalog.starter(exercise.id))
    if not near:
        return ""
    cells = notebook_file.read_cells(catalog.lesson(exercise.lesson).exercise_notebook)
    given = {name for cell in cells for name in attempt.defined(notebook_file.source(cell))}
    mine = sorted(name for name in near if name not in given)
    if not mine:
        return ""
    return (
        f"Your last cell makes `{mine[0]}`, and this exercise asks for `{near[mine[0]]}`: "
        "what stands in that cell was not checked."
    )


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
    rest = "The check ended there: what comes after was not tried." if outcome.left_out else ""
    note = joined_notes(rest, *outcome.remarks)
    return Verdict(exercise, how, note, outcome.expectations, outcome.left_out)


def _raised_by_learner(error: BaseException | None) -> bool:
    ours = error is None or is_unmet(error) or isinstance(error, TookTooLong)
    return not ours and bool(error and learners_line(error))


_NOT_ATTEMPTED = "The cell above is still as you got it. Change it, run it, then run this one again."


def _raised(error: BaseException) -> str:
    return (
        f"The cell with your answer ended with {describe(error)}. "
        "Fix that first, run the cell, then run this one again. "
    )
