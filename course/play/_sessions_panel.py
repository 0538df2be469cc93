"""The buttons of `play.sessions`, and its twin for a page that is only read."""

from functools import partial
from html import escape
from typing import Any

import ipywidgets

from course.base.media_types import WIDGET_VIEW
from course.base.text import short
from course.play.buttons import clicked

_SQL = "font-family: var(--jp-code-font-family, monospace); font-size: 0.9em"


class Panel:
    """Buttons, the next statements, the picture so far, and the table."""

    def __init__(self, play: Any) -> None:
        """`play`: the Interleaving that the buttons act on; it imports this module, not the reverse."""
        self._play = play
        wide = {"width": "auto", "min_width": "150px"}
        self._steps = {name: ipywidgets.Button(layout=wide) for name in play.statements}
        self._again = ipywidgets.Button(description="start again", icon="refresh", layout={"width": "auto"})
        self._coming, self._table, self._said = (ipywidgets.HTML() for _ in range(3))
        self._picture = ipywidgets.Output()
        for name, button in self._steps.items():
            button.on_click(clicked(self._said, partial(self._play.step, name)))
        self._again.on_click(clicked(self._said, self._play.restart))
        buttons = ipywidgets.HBox([*self._steps.values(), self._again])
        self._box = ipywidgets.VBox([buttons, self._coming, self._said, self._picture, self._table])
        self.refresh()

    def refresh(self) -> None:
        """Show how things stand."""
        for name, button in self._steps.items():
            button.description = f"{name}: {self._play.state(name)}"
            button.disabled = self._play.next(name) is None
            button.button_style = "" if button.disabled else "info"
        self._coming.value = self._next()
        self._table.value = _like_a_page(self._rows())
        picture = self._play.picture()
        shown = picture._repr_mimebundle_() if picture else None
        # Set, not printed into: that needs no running cell, and leaves nothing from before.
        self._picture.outputs = (
            ({"output_type": "display_data", "data": shown, "metadata": {}},) if shown else ()
        )

    def bundle(self) -> dict[str, Any]:
        """The widget, and beside it what a page without a kernel shows."""
        html = f"{self._plan()}{self._rows()}"
        return {
            "text/plain": repr(self._play),
            "text/html": html,
            WIDGET_VIEW: self._box._repr_mimebundle_()[WIDGET_VIEW],
        }

    def _next(self) -> str:
        if self._play.ended:
            return "<em>The connections are closed. What is shown is how far it came; start again.</em>"
        rows = ""
        for name in self._play.statements:
            statement = self._play.next(name)
            shown = f': <span style="{_SQL}">{escape(short(statement, 120))}</span>' if statement else ""
            rows += f"<div><strong>{escape(name)}</strong> {escape(self._play.state(name))}{shown}</div>"
        return rows

    def _plan(self) -> str:
        """All statements, a column a session."""
        heads = "".join(f'<th style="text-align: left">{escape(name)}</th>' for name in self._play.statements)
        rows = ""
        for at in range(max(map(len, self._play.statements.values()))):
            cells = [many[at] if at < len(many) else "" for many in self._play.statements.values()]
            row = "".join(
                f'<td style="text-align: left; {_SQL}">{escape(short(cell, 90))}</td>' for cell in cells
            )
            rows += f"<tr>{row}</tr>"
        return (
            f'<table style="margin: 0 0 8px 0"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        )

    def _rows(self) -> str:
        return self._play.table._repr_mimebundle_()["text/html"] if self._play.table is not None else ""


def _like_a_page(html: str) -> str:
    """Inside a widget, HTML without this class has none of the styles that JupyterLab gives to results."""
    return f'<div class="jp-RenderedHTMLCommon">{html}</div>' if html else ""
