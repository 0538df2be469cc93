"""finish(): how a lesson ends. What was guessed, what is done, and where it goes on."""

import re
from html import escape

from course.base.errors import CourseError
from course.content import catalog, notebook_file
from course.page import lesson as page
from course.page import links
from course.workspace import progress

_ASKED = re.compile(r"^\s*(?:\w+ = )?predict\(", re.MULTILINE)

_ORDER = ("Next", "Then")


class Footer:
    """The end of a lesson: guesses made and right, exercises done, and what comes next."""

    def __init__(self, lesson: catalog.Lesson) -> None:
        self.lesson = lesson

    def facts(self) -> list[str]:
        """What was guessed and what is done, a sentence each; a mixed page asks what reviews count."""
        return [self._exercises()] if self.lesson.mixed else [self._guesses(), self._exercises()]

    def next(self) -> list[tuple[str, str]]:
        """Where it goes on: an address and its words. The exercises, until all are done; the next lesson."""
        found = []
        if self._done() < len(self.lesson.exercises):
            found.append((links.to_exercises(self.lesson), f"the exercises of lesson {self.lesson.id}"))
        if following := links.after(self.lesson):
            found.append((links.to_lesson(following), f"lesson {following.id}, {following.title}"))
        return found

    def _guesses(self) -> str:
        known = progress.guesses(self.lesson.id)
        cells = notebook_file.read_cells(self.lesson.notebook)
        code = "\n".join(notebook_file.source(each) for each in cells if each["cell_type"] == "code")
        asked = max(len(_ASKED.findall(code)), len(known))
        if not known:
            return f"Guesses: none of {asked}. Run a question's cell and choose before you read on."
        right = sum(bool(each.right) for each in known.values())
        return f"Guesses: {len(known)} of {asked}, {right} of them right."

    def _done(self) -> int:
        standing = progress.standings()
        return sum(standing.get(each.id, progress.Standing()).done for each in self.lesson.exercises)

    def _exercises(self) -> str:
        return f"Exercises: {self._done()} of {len(self.lesson.exercises)} done."

    def __repr__(self) -> str:
        onwards = [f"{when}: {words}" for when, (_, words) in zip(_ORDER, self.next(), strict=False)]
        return "\n".join([f"The end of lesson {self.lesson.id}", *self.facts(), *onwards])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        rows = "".join(f"<div>{escape(each)}</div>" for each in self.facts())
        onwards = "".join(
            f"<div>{when}: {links.anchor(*each)}</div>"
            for when, each in zip(_ORDER, self.next(), strict=False)
        )
        style = "border-left: 4px solid var(--jp-brand-color1, #1976d2); padding: 2px 0 2px 12px"
        title = f"<strong>The end of lesson {self.lesson.id}</strong>"
        return {"text/plain": repr(self), "text/html": f'<div style="{style}">{title}{rows}{onwards}</div>'}


def finish() -> Footer:
    """The end of the lesson that is open in this notebook: guesses, exercises, and where it goes on.

    Raises CourseError before `lesson(…)` was run.
    """
    if page.current is None:
        raise CourseError(
            "This page is not open yet: choose Run > Run All Above Selected Cell, then run this cell again."
        )
    return Footer(page.current.lesson)
