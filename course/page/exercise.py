"""check, hint and solution: what a learner calls beside an exercise."""

import os
import re
from dataclasses import fields
from typing import Any

from course.base.errors import CourseError
from course.checks import attempt, watchdog
from course.checks.verdict import Outcome, Verdict, joined_notes
from course.content import catalog
from course.page import first_page, history, links, stale
from course.page.exercise_buttons import Buttons
from course.page.note import Note
from course.workspace import progress


class CheckFailed(CourseError):
    """Raised in place of a shown verdict where nbgrader runs the notebook: only an error costs points."""


class Shown(Verdict):
    """A verdict as a learner sees it in their own copy: with buttons below it, and links onwards."""

    @classmethod
    def of(cls, verdict: Verdict) -> "Shown":
        """The same verdict, to be shown so."""
        return cls(**{each.name: getattr(verdict, each.name) for each in fields(verdict)})

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)
        display(_buttons(self))


def check(exercise_id: str = "") -> Verdict:
    """Check the answer to an exercise ("1.4a") as it stands in this notebook, and log the outcome.

    Nothing of the learner's is changed. Raises CourseError for an unknown id, and CheckFailed for
    an answer that is not right where nbgrader grades.
    """
    from course.checks.examine import examine  # with pytest, which lesson() need not wait for

    exercise_id = known("check", exercise_id)
    verdict = examine(exercise_id, _user_namespace(), history.seen())
    stale.remark(verdict)
    more = {"unmet": verdict.unmet} if verdict.unmet else {}
    unsaved = progress.record(
        "check", exercise_id, outcome=verdict.outcome, met=verdict.met, of=verdict.total, **more
    )
    if os.environ.get("NBGRADER_EXECUTION") and verdict.outcome != Outcome.DONE:
        raise CheckFailed(repr(verdict))
    verdict.note = joined_notes(verdict.note, unsaved, unfinished(verdict.exercise.lesson))
    if links.in_learners_folder():
        first_page.due()
    return _with_offers(verdict)


def _with_offers(verdict: Verdict) -> Verdict:
    """The verdict with what can be done next: buttons in the learner's own copy, else words."""
    tried = verdict.outcome in (Outcome.RAISED, Outcome.NOT_YET)
    theirs = links.in_learners_folder() and not os.environ.get(progress.FRESH_VARIABLE)
    if not theirs:
        verdict.note = joined_notes(verdict.note, _offer(verdict.exercise.id) if tried else "")
    elif tried or verdict.outcome == Outcome.DONE:
        verdict = Shown.of(verdict)
        verdict.onwards = [] if tried else _onwards(verdict.exercise)
    return verdict


def _onwards(exercise: catalog.Exercise) -> list[tuple[str, str]]:
    """Where a done exercise leads: the next one that is open, else the next lesson."""
    lesson, standing = catalog.lesson(exercise.lesson), progress.standings()
    place = [each.id for each in lesson.exercises].index(exercise.id)
    for each in lesson.exercises[place + 1 :] + lesson.exercises[:place]:
        if not standing.get(each.id, progress.Standing()).done:
            return [(links.to_exercise(each), f"exercise {each.id}, {each.title}")]
    following = links.after(lesson)
    return [(links.to_lesson(following), f"lesson {following.id}, {following.title}")] if following else []


def _buttons(verdict: Verdict) -> Buttons:
    wanted = verdict.exercise.id
    if verdict.outcome == Outcome.DONE:
        return Buttons(
            f'The course\'s own answer: solution("{wanted}")',
            [("Compare with the course's answer", lambda: _compare(wanted))],
        )
    return Buttons(_offer(wanted), [("Hint", lambda: hint(wanted)), ("Solution", lambda: solution(wanted))])


def _compare(exercise_id: str) -> Note:
    """The learner's answer above the course's."""
    mine = attempt.newest(history.seen(), catalog.starter(exercise_id))
    return Note(f"Yours:\n\n{_fenced(mine)}\n\n{solution(exercise_id).text}")


def unfinished(lesson_id: str) -> str:
    """What became of checks of a lesson that ended together with their kernel; "" when there are none.

    Each is told once. One that could not be interrupted counts as tried, as any that takes too long.
    """
    stopped = watchdog.left_behind(lesson_id)
    for each in stopped:
        if each.hung:
            progress.record("check", each.exercise_id, outcome=Outcome.NOT_YET, met=0, of=0)
    return joined_notes(*(each.sentence for each in stopped))


def hint(exercise_id: str = "") -> Note:
    """The next hint for an exercise: first a question, then where to look, then the answer's shape."""
    from course.checks.hints import hints

    exercise_id = known("hint", exercise_id)
    found = hints(exercise_id)
    standing = progress.standings().get(exercise_id, progress.Standing())
    number = min(standing.hints, len(found) - 1)
    progress.record("hint", exercise_id, number=number + 1)
    last = " That was the last one." if number == len(found) - 1 else ""
    return Note(f"Hint {number + 1} of {len(found)}: {found[number]}{last}")


def solution(exercise_id: str = "") -> Note:
    """The course's own answer, once the learner has tried. Another answer may be as right."""
    exercise_id = known("solution", exercise_id)
    exercise = catalog.exercise(exercise_id)
    standing = progress.standings().get(exercise_id)
    if standing is None or not standing.attempts:
        return Note(
            f'Try {exercise_id} first: change its cell, run it, and run `check("{exercise_id}")`. '
            f'One try is enough. For a nudge: `hint("{exercise_id}")`.'
        )
    progress.record("solution", exercise_id)
    return Note(
        f"One answer to {exercise.id} · {exercise.title}:\n\n{_fenced(catalog.official(exercise_id))}"
    )


def known(call: str, exercise_id: object) -> str:
    """The id of an exercise as the course writes it; "1.2A" is taken too. Raises CourseError for others."""
    if not isinstance(exercise_id, str) or not exercise_id.strip():
        raise CourseError(
            f'{call} needs the id of an exercise, in quotes and with its letter, as in {call}("1.2a").'
        )
    return catalog.exercise(exercise_id.strip().lower()).id


def _fenced(code: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}python\n{code.rstrip()}\n{fence}"


def _offer(exercise_id: str) -> str:
    standing = progress.standings().get(exercise_id, progress.Standing())
    more = f' After that: solution("{exercise_id}").' if standing.hints else ""
    return f'Stuck? hint("{exercise_id}").{more}'


def _user_namespace() -> dict[str, Any]:
    ipython = history.shell()
    if ipython is None:
        raise CourseError("check() works in a notebook. In a terminal use `course check 1.4`.")
    return ipython.user_ns
