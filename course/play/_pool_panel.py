"""The buttons of `play.pool`, and its twin for a page that is only read."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from course.base.media_types import WIDGET_VIEW
from course.play.buttons import clicked

MOST_SESSIONS = 8  # sessions with buttons
_NARROW = {"width": "auto", "flex": "0 0 auto"}


class Panel:
    """Buttons for the play, a row of them for each session, and the picture."""

    def __init__(self, play: Any) -> None:
        """`play`: the Lending that the buttons act on; it imports this module, not the reverse."""
        self._play = play
        self._said, self._picture = ipywidgets.HTML(), ipywidgets.Output()
        self._open = ipywidgets.Button(description="open a session", button_style="info", layout=_NARROW)
        self._collect = ipywidgets.Button(description="collect garbage", layout=_NARROW)
        self._again = ipywidgets.Button(description="start again", icon="refresh", layout=_NARROW)
        for button, do in (
            (self._open, play.open),
            (self._collect, play.collect),
            (self._again, play.restart),
        ):
            button.on_click(self.clicked(do))
        self._rows = [_Row(number, self) for number in range(1, MOST_SESSIONS + 1)]
        self._sessions = ipywidgets.VBox()
        top = ipywidgets.HBox([self._open, self._collect, self._again])
        self._box = ipywidgets.VBox([top, self._sessions, self._said, self._picture])
        self.refresh()

    @property
    def play(self) -> Any:
        """What the buttons act on."""
        return self._play

    def refresh(self) -> None:
        """Show how things stand."""
        here = self._play.borrowers[:MOST_SESSIONS]
        self._open.disabled = self._play.closed or len(here) == MOST_SESSIONS
        self._collect.disabled = not any(one.state == "forgotten" for one in here)
        for row, one in zip(self._rows, here, strict=False):
            row.show(one)
        shown = tuple(row.box for row in self._rows[: len(here)])
        if self._sessions.children != shown:
            self._sessions.children = shown
        data = self._play.picture()._repr_mimebundle_()
        # Set, not printed into: that needs no running cell, and leaves nothing from before.
        self._picture.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)

    def bundle(self) -> dict[str, Any]:
        """The widget, and beside it what a page without a kernel shows."""
        text = repr(self._play)
        view = self._box._repr_mimebundle_()[WIDGET_VIEW]
        return {"text/plain": text, "text/html": f"<pre>{escape(text)}</pre>", WIDGET_VIEW: view}

    def clicked(self, do: Callable[[], object]) -> Callable[[object], None]:
        """A button's reaction; an error is shown below the buttons."""
        return clicked(self._said, do)


class _Row:
    """One session: its name, what can be done with it, how it is."""

    def __init__(self, number: int, panel: Panel) -> None:
        play = panel.play
        acts: dict[str, Callable[[], object]] = {
            "SELECT": lambda: play.use(number, wait=False),
            "commit": lambda: play.commit(number),
            "close": lambda: play.close(number),
            "forget it": lambda: play.forget(number),
        }
        self._buttons = [ipywidgets.Button(description=name, layout=_NARROW) for name in acts]
        for button, do in zip(self._buttons, acts.values(), strict=True):
            button.on_click(panel.clicked(do))
        self._said = ipywidgets.HTML()
        name = ipywidgets.HTML(
            f"<strong>session {number}</strong>", layout={"width": "80px", "flex": "0 0 auto"}
        )
        self.box = ipywidgets.HBox([name, *self._buttons, self._said])

    def show(self, one: Any) -> None:
        """Show this session's state."""
        for button in self._buttons:
            button.disabled = one.state not in ("no connection", "has a connection")
        error = f" &nbsp;✗ {escape(one.error)}" if one.error else ""
        self._said.value = f"{escape(one.said)}{error}"
