"""check, hint and solution: what a learner calls beside an exercise."""

import os
from typing import Any

from course.base.errors import CourseError
from course.checks import watchdog
from course.checks.verdict import Outcome, Verdict, joined_notes
from course.content import catalog
from course.page import history
from course.page.note import Note
from course.workspace import progress


class CheckFailed(CourseError):
    """Raised in place of a shown verdict where nbgrader runs the notebook: only an error costs points."""


def check(exercise_id: str) -> Verdict:
    """Check the answer to an exercise ("1.4a") as it stands in this notebook, and log the outcome.

    Nothing of the learner's is changed. Raises CourseError for an unknown id, and CheckFailed for
    an answer that is not right where nbgrader grades.
    """
    from course.checks.examine import examine  # with pytest, which lesson() need not wait for

    verdict = examine(exercise_id, _user_namespace(), history.seen())
    unsaved = progress.record(
        "check", exercise_id, outcome=verdict.outcome, met=verdict.met, of=verdict.total
    )
    if os.environ.get("NBGRADER_EXECUTION") and verdict.outcome != Outcome.DONE:
        raise CheckFailed(repr(verdict))
    offer = _offer(exercise_id) if verdict.outcome in (Outcome.RAISED, Outcome.NOT_YET) else ""
    verdict.note = joined_notes(verdict.note, offer, unsaved, unfinished(verdict.exercise.lesson))
    return verdict


def unfinished(lesson_id: str) -> str:
    """What became of checks of a lesson that ended together with their kernel; "" when there are none.

    Each is told once. One that could not be interrupted counts as tried, as any that takes too long.
    """
    stopped = watchdog.left_behind(lesson_id)
    for each in stopped:
        if each.hung:
            progress.record("check", each.exercise_id, outcome=Outcome.NOT_YET, met=0, of=0)
    return joined_notes(*(each.sentence for each in stopped))


def hint(exercise_id: str) -> Note:
    """The next hint for an exercise: first a question, then where to look, then the answer's shape."""
    from course.checks.hints import hints

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


def _user_namespace() -> dict[str, Any]:
    ipython = history.shell()
    if ipython is None:
        raise CourseError("check() works in a notebook. In a terminal use `course check 1.4`.")
    return ipython.user_ns
