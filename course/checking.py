"""check, hint and solution: what a learner calls beside an exercise."""

import os
from collections.abc import Callable
from typing import Any

from course import attempt, catalog, cells, check_watchdog, progress_log
from course.check_plugin import Outcome
from course.check_run import is_unmet, learners_line, run
from course.errors import CourseError
from course.guidance import Note, hints
from course.progress_log import DONE, NOT_ATTEMPTED, NOT_YET, RAISED
from course.time_limit import TookTooLong
from course.verdict import Verdict, describe

history: attempt.History | None = None


class CheckFailed(CourseError):
    """Raised in place of a shown verdict where nbgrader runs the notebook: only an error costs points."""


def watch(ipython: Any) -> None:
    """Begin to note the cells that are run, so that a check can tell an attempt from a starter."""
    global history
    if history is None:
        history = attempt.History()
        ipython.events.register("post_run_cell", history.note)


def check(exercise_id: str) -> Verdict:
    """Check the answer to an exercise ("1.4a") as it stands in this notebook, and log the outcome.

    Nothing of the learner's is changed. Raises CourseError for an unknown id, and CheckFailed for
    an answer that is not right where nbgrader grades.
    """
    namespace = _user_namespace()
    verdict = examine(exercise_id, namespace, history or _recorded_history())
    count = len(verdict.expectations)
    unsaved = progress_log.record("check", exercise_id, outcome=verdict.outcome, met=verdict.met, of=count)
    if os.environ.get("NBGRADER_EXECUTION") and verdict.outcome != DONE:
        raise CheckFailed(repr(verdict))
    offer = _offer(exercise_id) if verdict.outcome in (RAISED, NOT_YET) else ""
    verdict.note = _joined(verdict.note, offer, unsaved, unfinished(verdict.exercise.lesson))
    return verdict


def unfinished(lesson_id: str) -> str:
    """What became of checks of a lesson that ended together with their kernel; "" when there are none.

    Each is told once. One that could not be interrupted counts as tried, as any that takes too long.
    """
    stopped = check_watchdog.left_behind(lesson_id)
    for each in stopped:
        if each.hung:
            progress_log.record("check", each.exercise_id, outcome=NOT_YET, met=0, of=0)
    return _joined(*(each.sentence for each in stopped))


def _joined(*notes: str) -> str:
    return " ".join(note.strip() for note in notes if note.strip())


def examine(
    exercise_id: str, namespace: dict[str, Any], seen: attempt.History, first: str | None = None
) -> Verdict:
    """Judge an answer: what `check` does without logging, for any namespace and history.

    `first`: as `check_run.run` takes it.
    """
    exercise = catalog.exercise(exercise_id)
    found = attempt.find(seen, cells.starter(exercise_id), ())
    if found.error is not None and found.changed:
        return Verdict(exercise, RAISED, _raised(found.error))
    if not found.changed:
        return Verdict(exercise, NOT_ATTEMPTED, _NOT_ATTEMPTED)
    check_file = catalog.lesson(exercise.lesson).check_file
    return judge(exercise, run(check_file, exercise_id, namespace, first))


def judge(exercise: catalog.Exercise, outcome: Outcome) -> Verdict:
    """The verdict that the run of a check amounts to."""
    if outcome.missing:
        names = " and ".join(f"`{name}`" for name in sorted(outcome.missing))
        return Verdict(
            exercise,
            NOT_YET,
            f"The check looks for {names} and this notebook does not have it. Was it renamed, "
            "or was its cell not run since the kernel started?",
        )
    failed = [each for each in outcome.expectations if not each.met]
    raised = [each for each in failed if _raised_by_learner(each.error)]
    how = RAISED if raised else NOT_YET if failed else DONE
    return Verdict(exercise, how, _joined(*outcome.remarks), outcome.expectations)


def _raised_by_learner(error: BaseException | None) -> bool:
    ours = error is None or is_unmet(error) or isinstance(error, TookTooLong)
    return not ours and bool(error and learners_line(error))


def hint(exercise_id: str) -> Note:
    """The next hint for an exercise: first a question, then where to look, then the answer's shape."""
    found = hints(exercise_id)
    standing = progress_log.standings().get(exercise_id, progress_log.Standing())
    number = min(standing.hints, len(found) - 1)
    progress_log.record("hint", exercise_id, number=number + 1)
    last = " That was the last one." if number == len(found) - 1 else ""
    return Note(f"Hint {number + 1} of {len(found)}: {found[number]}{last}")


def solution(exercise_id: str) -> Note:
    """The course's own answer, once the learner has tried. Another answer may be as right."""
    exercise = catalog.exercise(exercise_id)
    standing = progress_log.standings().get(exercise_id)
    if standing is None or not standing.attempts:
        return Note(
            f'Try {exercise_id} first: change its cell, run it, and run `check("{exercise_id}")`. '
            f'One try is enough. For a nudge: `hint("{exercise_id}")`.'
        )
    progress_log.record("solution", exercise_id)
    code = cells.official(exercise_id)
    return Note(f"One answer to {exercise.id} · {exercise.title}:\n\n```python\n{code}\n```")


_NOT_ATTEMPTED = "The cell above is still as you got it. Change it, run it, then run this one again."


def _offer(exercise_id: str) -> str:
    standing = progress_log.standings().get(exercise_id, progress_log.Standing())
    more = f' After that: solution("{exercise_id}").' if standing.hints else ""
    return f'Stuck? hint("{exercise_id}").{more}'


def _raised(error: BaseException) -> str:
    return (
        f"The cell with your answer ended with {describe(error)}. "
        "Mend that first, run the cell, then run this one again. "
    )


def _ipython() -> Any:
    from IPython import get_ipython

    shell: Callable[[], Any] = get_ipython
    return shell()


def _user_namespace() -> dict[str, Any]:
    ipython = _ipython()
    if ipython is None:
        raise CourseError("check() works in a notebook. In a terminal use `course check 1.4`.")
    return ipython.user_ns


def _recorded_history() -> attempt.History:
    """IPython's own record of run cells, for a notebook whose lesson() cell was not run."""
    seen = attempt.History()
    for text in _ipython().history_manager.input_hist_raw[:-1]:
        seen.add(text)
    return seen
