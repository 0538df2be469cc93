"""check, hint and solution: what a learner calls beside an exercise."""

import os
from collections.abc import Callable
from typing import Any

from course.base.errors import CourseError
from course.checks import attempt
from course.checks.examine import examine
from course.checks.hints import hints
from course.checks.verdict import Outcome, Verdict
from course.content import catalog
from course.guidance import Note
from course.workspace import progress

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
    progress.record("check", exercise_id, outcome=verdict.outcome, met=verdict.met, of=count)
    if os.environ.get("NBGRADER_EXECUTION") and verdict.outcome != Outcome.DONE:
        raise CheckFailed(repr(verdict))
    if verdict.outcome in (Outcome.RAISED, Outcome.NOT_YET):
        verdict.note += _offer(exercise_id)
    return verdict


def hint(exercise_id: str) -> Note:
    """The next hint for an exercise: first a question, then where to look, then the answer's shape."""
    found = hints(exercise_id)
    standing = progress.standings().get(exercise_id, progress.Standing())
    number = min(standing.hints, len(found) - 1)
    progress.record("hint", exercise_id, number=number + 1)
    last = " That was the last one." if number == len(found) - 1 else ""
    return Note(f"Hint {number + 1} of {len(found)}: {found[number]}{last}")


def solution(exercise_id: str) -> Note:
    """The course's own answer, once the learner has tried. Another answer may be as right."""
    exercise = catalog.exercise(exercise_id)
    standing = progress.standings().get(exercise_id)
    if standing is None or not standing.attempts:
        return Note(
            f'Try {exercise_id} first: change its cell, run it, and run `check("{exercise_id}")`. '
            f'One try is enough. For a nudge: `hint("{exercise_id}")`.'
        )
    progress.record("solution", exercise_id)
    code = catalog.official(exercise_id)
    return Note(f"One answer to {exercise.id} · {exercise.title}:\n\n```python\n{code}\n```")


def _offer(exercise_id: str) -> str:
    standing = progress.standings().get(exercise_id, progress.Standing())
    more = f' After that: solution("{exercise_id}").' if standing.hints else ""
    return f'Stuck? hint("{exercise_id}").{more}'


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
