"""predict(): a question that the reader commits to before the next cell computes the answer."""

from collections.abc import Sequence
from html import escape
from textwrap import fill
from typing import Any

from course.base.media_types import WIDGET_VIEW
from course.base.text import as_html
from course.content import questions
from course.page import lesson
from course.workspace import progress

WIDTH = 88  # columns of a printed sentence, as in the lessons' code


class Guess:
    """What the reader chose, if anything; `compare` sets it beside what really happened.

    A choice is kept in the progress log, by lesson and question: the question shows it again when its cell is
    run again, in this kernel and in the next.
    """

    def __init__(self, question: str, options: Sequence[object]) -> None:
        self.question, self.options = question, [str(each) for each in options]
        self.unsaved = ""
        self.handle: Any = None  # of the question on the page, once it is shown
        self._lesson = lesson.current.lesson.id if lesson.current else ""
        self.chosen = self._remembered()

    def compare(self, actual: object) -> None:
        """Print what is true, and whether the reader said so; without a guess always the same words.

        Who chose a wrong option reads what that choice usually means, from the questions of the course.
        """
        truth = f"It is {actual}."
        if self.chosen is None:
            print(truth)
            return
        right = self.chosen == str(actual)
        if right:
            print(f"{truth} You said so.")
        else:
            said = f"{truth} You said {self.chosen}. {self._mistaken() or 'The text below says why.'}"
            # A notebook breaks long printed lines in the middle of a word.
            print(fill(said, WIDTH, break_long_words=False, break_on_hyphens=False))
        self._note(right=right)
        if self.handle is not None:
            self.handle.update(_Text(self))

    def _mistaken(self) -> str:
        return questions.mistaken(self._lesson, self.question, self.chosen or "")

    def choose(self, option: str) -> None:
        """Commit to one of the options."""
        if option != self.chosen:
            self.chosen = option
            self._note()

    def _remembered(self) -> str | None:
        known = progress.guesses(self._lesson).get(self.question) if self._lesson else None
        return known.chosen if known and known.chosen in self.options else None

    def _note(self, **more: bool) -> None:
        if self._lesson:
            self.unsaved = progress.record(
                "guess", self._lesson, question=self.question, chosen=self.chosen, **more
            )

    def __repr__(self) -> str:
        return repr(_Text(self))

    def title(self) -> str:
        """The question as HTML."""
        return f"<strong>Predict:</strong> {as_html(self.question)}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Buttons where widgets work; the question and its options in a page that is only read."""
        buttons = self._buttons()._repr_mimebundle_()
        return _Text(self)._repr_mimebundle_() | {WIDGET_VIEW: buttons[WIDGET_VIEW]}

    def _buttons(self) -> Any:
        import ipywidgets

        said = ipywidgets.HTML()

        def react(change: dict[str, Any]) -> None:
            self.choose(change["new"])
            said.value = escape(self.unsaved)

        choices = ipywidgets.RadioButtons(
            options=self.options, value=self.chosen, layout={"width": "auto"}, tooltip=self.question
        )
        choices.observe(react, names="value")
        return ipywidgets.VBox([ipywidgets.HTML(self.title()), choices, said])


class _Text:
    """A question as text that needs no kernel, with the guess if there is one: it is there tomorrow too."""

    def __init__(self, guess: Guess) -> None:
        self.guess = guess

    def __repr__(self) -> str:
        rows = [f"  {'●' if each == self.guess.chosen else '○'} {each}" for each in self.guess.options]
        return "\n".join([f"Predict: {self.guess.question}", *rows])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        rows = "".join(
            f"<li><strong>{escape(each)}</strong> (your guess)</li>"
            if each == self.guess.chosen
            else f"<li>{escape(each)}</li>"
            for each in self.guess.options
        )
        html = f"{self.guess.title()}<ul>{rows}</ul>"
        return {"text/plain": repr(self), "text/html": html}


def predict(question: str, options: Sequence[object]) -> Guess:
    """Ask the reader to choose one of `options` before going on; returns the Guess to compare later."""
    from IPython.display import display

    guess = Guess(question, options)
    guess.handle = display(guess, display_id=True)
    return guess
