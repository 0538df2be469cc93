"""predict(): a question that the reader commits to before the next cell computes the answer."""

from collections.abc import Sequence
from html import escape
from typing import Any


class Guess:
    """What the reader chose, if anything; `compare` sets it beside what really happened."""

    def __init__(self, question: str, options: Sequence[object]) -> None:
        self.question, self.options = question, [str(each) for each in options]
        self.chosen: str | None = None

    def compare(self, actual: object) -> None:
        """Print what is true, and whether the reader said so; without a guess always the same words."""
        truth = f"It is {actual}."
        if self.chosen is None:
            print(truth)
        elif self.chosen == str(actual):
            print(f"{truth} You said so.")
        else:
            print(f"{truth} You said {self.chosen}: worth a second look at why.")

    def _choose(self, change: dict[str, Any]) -> None:
        self.chosen = change["new"]

    def __repr__(self) -> str:
        return "\n".join([f"Predict: {self.question}", *(f"  ○ {each}" for each in self.options)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Buttons where widgets work; the question and its options in a page that is only read."""
        import ipywidgets

        choices = ipywidgets.RadioButtons(options=self.options, value=self.chosen, layout={"width": "auto"})
        choices.observe(self._choose, names="value")
        title = f"<strong>Predict:</strong> {escape(self.question)}"
        box = ipywidgets.VBox([ipywidgets.HTML(title), choices])
        view = box._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]
        rows = "".join(f"<li>{escape(each)}</li>" for each in self.options)
        return {
            "text/plain": repr(self),
            "text/html": f"{title}<ul>{rows}</ul>",
            "application/vnd.jupyter.widget-view+json": view,
        }


def predict(question: str, options: Sequence[object]) -> Guess:
    """Ask the reader to choose one of `options` before going on; returns the Guess to compare later."""
    from IPython.display import display

    guess = Guess(question, options)
    display(guess)
    return guess
