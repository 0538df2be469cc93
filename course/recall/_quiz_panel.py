"""The buttons of `recall.quiz`, and its twin for a page that is only read."""

from functools import partial
from html import escape
from typing import Any

import ipywidgets

from course.base.media_types import WIDGET_VIEW
from course.base.text import as_html
from course.play.buttons import clicked

_CODE = "font-family: var(--jp-code-font-family, monospace); font-size: 0.9em; line-height: 1.4"


class Panel:
    """A program, its question, a button for each option, and what happened."""

    def __init__(self, quiz: Any) -> None:
        """`quiz`: the Quiz that the buttons play; it imports this module, not the reverse."""
        self._quiz = quiz
        self._code, self._question, self._said = (ipywidgets.HTML() for _ in range(3))
        self._options = ipywidgets.VBox()
        self._next = ipywidgets.Button(description="next", icon="arrow-right")
        self._next.on_click(clicked(self._said, self._go_on))
        parts = [self._code, self._question, self._options, self._said, self._next]
        self._box = ipywidgets.VBox(parts)
        self._show()

    def _go_on(self) -> None:
        self._quiz.next()
        self._show()

    def _choose(self, option: str) -> None:
        self._quiz.choose(option)
        self._show()

    def _show(self) -> None:
        program, answer = self._quiz.program, self._quiz.answer
        self._code.value = f'<pre style="{_CODE}">{escape(program.code)}</pre>'
        self._question.value = f"<strong>Predict:</strong> {as_html(program.question)}"
        self._options.children = tuple(self._button(each) for each in program.options)
        said = f"{as_html(str(answer))}: {self._quiz.lesson_link()}<br>" if answer else ""
        self._said.value = f"{said}<em>{self._quiz.score()}</em>"

    def _button(self, option: str) -> Any:
        wide = {"width": "auto"}
        button = ipywidgets.Button(description=option, layout=wide, disabled=self._quiz.answer is not None)
        button.on_click(clicked(self._said, partial(self._choose, option)))
        return button

    def bundle(self) -> dict[str, Any]:
        """The widget, and beside it what a page without a kernel shows."""
        text = repr(self._quiz)
        view = self._box._repr_mimebundle_()[WIDGET_VIEW]
        return {"text/plain": text, "text/html": f"<p>{escape(text)}</p>", WIDGET_VIEW: view}
