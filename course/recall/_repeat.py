"""What to repeat: the lessons that the learner's log says were hard."""

from collections import defaultdict
from dataclasses import dataclass
from html import escape

from course.base.text import columns
from course.content import catalog
from course.page import links
from course.recall.learner import Learner, Log

MOST = 5  # lessons that are named
NOTHING = (
    "There is nothing to repeat yet: your log holds no wrong guess, no hint, and no exercise that was tried "
    "and is still open."
)


@dataclass(frozen=True)
class Hard:
    """A lesson, and why it should be repeated."""

    lesson: catalog.Lesson
    points: int
    why: str


class Repeat:
    """The lessons to repeat, the hardest first."""

    def __init__(self, hard: list[Hard]) -> None:
        self.hard = hard

    def __repr__(self) -> str:
        rows = [(each.lesson.id, each.lesson.title, each.why) for each in self.hard]
        return columns(rows) if rows else NOTHING

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        rows = "".join(
            f'<tr><td style="text-align: left">{links.anchor(links.to_lesson(each.lesson), each.lesson.id)}'
            f'</td><td style="text-align: left">{escape(each.lesson.title)}</td>'
            f'<td style="text-align: left">{escape(each.why)}</td></tr>'
            for each in self.hard
        )
        html = f'<table style="margin: 0">{rows}</table>' if rows else f"<div>{NOTHING}</div>"
        return {"text/plain": repr(self), "text/html": html}


def repeat(log: Log | None = None) -> Repeat:
    """Which lessons to repeat, the hardest first: wrong guesses, hints, exercises tried and still open.

    `log`: the events of a progress log, your own unless given.
    """
    learner = Learner(log)
    wrong = learner.wrong_guesses()
    found = []
    for lesson in catalog.lessons():
        said: dict[str, int] = defaultdict(int)
        for each in lesson.exercises:
            standing = learner.standing(each.id)
            said[f"{each.id} still open"] = 3 * (standing.attempts > 0 and not standing.done)
            said["hints"] += standing.hints
        reasons = {"wrong guesses": 2 * wrong[lesson.id]} | said
        why = [_words(reason, points) for reason, points in reasons.items() if points]
        found.append(Hard(lesson, sum(reasons.values()), ", ".join(why)))
    return Repeat(sorted((each for each in found if each.points), key=lambda each: -each.points)[:MOST])


def _words(reason: str, points: int) -> str:
    match reason:
        case "wrong guesses":
            return _counted(points // 2, "wrong guess", "wrong guesses")
        case "hints":
            return _counted(points, "hint", "hints")
    return reason


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
