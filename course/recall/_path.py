"""The learning path: what somebody can do, ticked where the exercises that prove it are done."""

import tomllib
from functools import cache
from pathlib import Path

from course.base.errors import CourseError
from course.content import catalog
from course.page import links
from course.recall.learner import Learner, Log
from course.recall.listing import Line, Listing

SOURCE = Path(__file__).with_name("path.toml")


@cache
def every() -> dict[str, dict[str, list[str]]]:
    """By week: what somebody can do, and the exercises that prove it."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def path(week: int | None = None, log: Log | None = None) -> Listing:
    """The learning path: a line is ticked when each of its exercises is done.

    `week`: only this one, line by line. `log`: the events of a progress log, your own unless given.
    Raises CourseError when there is no such week.
    """
    learner = Learner(log)
    wanted = {head: held for head, held in every().items() if week is None or head[5:6] == str(week)}
    if not wanted:
        raise CourseError(f"There is no week {week}. The weeks are 1 to {len(every())}.")
    sections = {
        head: [_line(said, exercises, learner) for said, exercises in held.items()]
        for head, held in wanted.items()
    }
    brief = {head: _brief(lines) for head, lines in sections.items()} if week is None else {}
    unfolded = next((head for head, lines in sections.items() if any("☐" in each.sign for each in lines)), "")
    return Listing(sections, brief, unfolded)


def _line(said: str, exercises: list[str], learner: Learner) -> Line:
    done = all(learner.standing(each).done for each in exercises)
    linked = [links.anchor(links.to_exercise(catalog.exercise(each)), each) for each in exercises]
    return Line(said, " ".join(exercises), " ".join(linked), "☑ " if done else "☐ ")


def _brief(lines: list[Line]) -> str:
    signs = "".join(each.sign.strip() for each in lines)
    return f"{signs} {signs.count('☑')} of {len(signs)}"
