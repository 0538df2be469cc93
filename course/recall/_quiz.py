"""The quiz of broken code: choose what happens, then the program is run."""

from dataclasses import dataclass
from typing import Any

from course.base.errors import CourseError
from course.content import catalog
from course.page import lesson as page
from course.page import links
from course.recall.program import Program, programs
from course.workspace import progress


@dataclass(frozen=True)
class Answer:
    """What was chosen for a program, and what happened when it was run."""

    program: Program
    chosen: str
    happened: str

    @property
    def right(self) -> bool:
        """Whether the learner said so."""
        return self.chosen == self.happened

    def __str__(self) -> str:
        said = "You said so." if self.right else f"You said {self.chosen}."
        return f"It is {self.happened}. {said} {self.program.why} (lesson {self.program.lesson})"


class Quiz:
    """Programs, asked one after the other; it begins with a program of each week."""

    def __init__(self, asked: list[Program]) -> None:
        self.asked = asked
        self.answers: list[Answer | None] = [None] * len(asked)
        self.place = 0
        self._panel: Any = None

    @property
    def program(self) -> Program:
        """The one that is asked now."""
        return self.asked[self.place]

    @property
    def answer(self) -> Answer | None:
        """What was said to it; None before."""
        return self.answers[self.place]

    def choose(self, option: str) -> Answer:
        """Say what happens; the program is run. The first choice counts. Raises CourseError for no option."""
        if option not in self.program.options:
            raise CourseError(f"Choose one of: {', '.join(self.program.options)}.")
        if self.answer is None:
            found = Answer(self.program, option, self.program.run())
            self.answers[self.place] = found
            about = page.current.lesson.id if page.current else self.program.lesson
            progress.record("guess", about, question=self.program.question, chosen=option, right=found.right)
        return self.answers[self.place] or self.choose(option)

    def next(self) -> None:
        """Go on to the next program; after the last one comes the first."""
        self.place = (self.place + 1) % len(self.asked)

    def score(self) -> str:
        """How many were asked and answered right."""
        given = [each for each in self.answers if each is not None]
        right = sum(each.right for each in given)
        return f"{self.place + 1} of {len(self.asked)}; {right} of {len(given)} right"

    def lesson_link(self) -> str:
        """The link to the lesson that teaches what is asked."""
        lesson = catalog.lesson(self.program.lesson)
        return links.anchor(links.to_lesson(lesson), f"{lesson.id} {lesson.title}")

    def __repr__(self) -> str:
        return f"A quiz of {len(self.asked)} broken programs. Run this cell in JupyterLab to play."

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from course.recall._quiz_panel import Panel

        if self._panel is None:
            self._panel = Panel(self)
        return self._panel.bundle()


def quiz(week: int | None = None) -> Quiz:
    """A quiz of broken programs, with buttons: choose what happens, and the program is run.

    `week`: only its programs. From Python: `.program`, `.choose("an option")`, `.next()`, `.score()`.
    Raises CourseError when a week has none.
    """
    asked = [each for each in programs() if week is None or each.lesson.startswith(f"{week}.")]
    if not asked:
        raise CourseError(f"There is no program of week {week}. The weeks are 1 to 8.")
    return Quiz(sorted(asked, key=lambda each: (_rank(each, asked), each.lesson[0])))


def _rank(program: Program, asked: list[Program]) -> int:
    """Its number among the programs of its week, so that the weeks take turns."""
    return [each for each in asked if each.lesson[0] == program.lesson[0]].index(program)
