"""Hint, Solution and Compare as buttons below a verdict, and the same in words where there are no buttons."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from course.base.media_types import WIDGET_VIEW
from course.page.note import Note


class Buttons:
    """A row of buttons; what one of them answers is shown below the row.

    `words`: what a page that is only read shows in their place.
    """

    def __init__(self, words: str, buttons: Sequence[tuple[str, Callable[[], Note]]]) -> None:
        self.words, self._buttons = words, buttons

    def __repr__(self) -> str:
        return self.words

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        view = self.box()._repr_mimebundle_()[WIDGET_VIEW]
        return {"text/plain": self.words, "text/html": f"<div>{escape(self.words)}</div>", WIDGET_VIEW: view}

    def box(self) -> Any:
        """The row and its answer, as an ipywidgets box."""
        import ipywidgets

        said = ipywidgets.Output()
        row = []
        for label, answer in self._buttons:
            button = ipywidgets.Button(description=label, layout={"width": "auto"})
            button.on_click(_reaction(answer, said))
            row.append(button)
        return ipywidgets.VBox([ipywidgets.HBox(row), said])


def _reaction(answer: Callable[[], Note], said: Any) -> Callable[[object], None]:
    def react(_: object) -> None:
        try:
            note = answer()
        except Exception as problem:  # there is no cell below which it could be shown
            note = Note(str(problem))
        # Set, not printed into: that needs no running cell, and leaves nothing from before.
        data = note._repr_mimebundle_()
        said.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)

    return react
