"""A question of a lesson, asked again: its program is run, and what happens is set beside the choice."""

import os
import random
from html import escape
from urllib.parse import quote

from course.base.errors import CourseError
from course.base.text import as_html
from course.content import catalog, questions
from course.content.questions import Question
from course.page import links
from course.page.note import Note
from course.page.predict import Guess
from course.postgres.databases import ScratchDatabase
from course.recall.program import happens, needs_database
from course.workspace import reviews


class Again(Guess):
    """One variation of a question; `run` runs its program. The first answer of a day counts."""

    def __init__(self, question: Question, number: int) -> None:
        self.asked = asked = question.variation(number)
        options = list(asked.options)
        random.Random(f"{asked.id} {number}").shuffle(options)  # a place must not be what is remembered
        super().__init__(asked.question, options)

    def _remembered(self) -> str | None:
        return None  # each review asks anew

    def _mistaken(self) -> str:
        return self.asked.wrong.get(self.chosen or "", "")

    def _note(self, **more: bool) -> None:
        if "right" in more:  # a choice alone is no answer yet
            self.unsaved = reviews.record(self.asked, self.chosen or "", right=more["right"])

    def title(self) -> str:
        """The question as HTML."""
        return f"<strong>{as_html(self.question)}</strong>"

    def run(self) -> "Why":
        """Run the program: what happens, whether you said so, and why.

        Raises CourseError when it needs a database and there is none.
        """
        if needs_database(self.asked.code):
            with ScratchDatabase(f"review_{os.getpid()}") as url:  # two pages may run one at once
                found = happens(self.asked.id, self.asked.code, url)
        else:
            found = happens(self.asked.id, self.asked.code)
        self.compare(found)
        return Why(self.asked, self.unsaved if self.chosen else NOT_CHOSEN)


NOT_CHOSEN = "You had not chosen, so this does not count. Choose above, then run this cell again."


class Why:
    """Why a program does what it does, and the section that teaches it."""

    def __init__(self, asked: Question, more: str = "") -> None:
        self.asked, self.more = asked, more

    def __repr__(self) -> str:
        _, heading = questions.place(self.asked)
        said = f"{self.asked.why} See {self.asked.lesson}: {heading}"
        return f"{said}\n{self.more}" if self.more else said

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        cell, heading = questions.place(self.asked)
        lesson = catalog.lesson(self.asked.lesson)
        link = links.anchor(
            f"{links.to_lesson(lesson)}#cell-id={quote(cell)}", f"{lesson.id}: {heading.replace('`', '')}"
        )
        more = f"<div>{escape(self.more)}</div>" if self.more else ""
        html = f"<div>{as_html(self.asked.why)} See {link}</div>{more}"
        return {"text/plain": repr(self), "text/html": html}


def again(question_id: str, number: int = 0) -> Again:
    """Ask a question of the course again, as in "1.2 route-order"; `number`: which of its variations.

    Choose, then `.run()`. Raises CourseError when the course has no such question.
    """
    from IPython.display import display

    asked = {each.id: each for each in questions.questions()}.get(question_id)
    if asked is None:
        raise CourseError(
            f'The course has no question "{question_id}" any more. `course review` makes a page with those '
            "that it has."
        )
    guess = Again(asked, number)
    display(Note(f"```python\n{guess.asked.code}\n```"))
    guess.handle = display(guess, display_id=True)
    return guess
