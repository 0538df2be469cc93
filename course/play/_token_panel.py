"""The fields of `play.token`, and its twin for a page that is only read."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from course.base.media_types import WIDGET_VIEW
from course.play.buttons import clicked

_WIDE, _NARROW = {"width": "95%"}, {"width": "auto", "flex": "0 0 auto"}
_CODE = "font-family: var(--jp-code-font-family, monospace); font-size: 0.9em; overflow-wrap: anywhere"
_PARTS = ("header", "payload", "signature")


class Panel:
    """A field for each part of the token, a key to sign with, the token, and what the verifiers say."""

    def __init__(self, play: Any) -> None:
        """`play`: the Tampering that the fields edit; it imports this module, not the reverse."""
        self._play = play
        area = ipywidgets.Textarea
        self._fields = {name: area(description=name, rows=2, layout=_WIDE) for name in _PARTS}
        self._fields["payload"].rows = 4
        for name, field in self._fields.items():
            field.observe(self._edited(name), names="value")
        self._key = ipywidgets.Text(description="key", placeholder="any text")
        self._sign = ipywidgets.Button(description="sign with this key", button_style="info", layout=_NARROW)
        self._again = ipywidgets.Button(description="as issued", icon="refresh", layout=_NARROW)
        self._said, self._verdicts = ipywidgets.HTML(), ipywidgets.HTML()
        self._sign.on_click(clicked(self._said, lambda: play.sign(self._key.value)))
        self._again.on_click(clicked(self._said, play.restart))
        buttons = ipywidgets.HBox([self._key, self._sign, self._again])
        self._box = ipywidgets.VBox([*self._fields.values(), buttons, self._said, self._verdicts])
        self.refresh()

    def refresh(self) -> None:
        """Show how things stand."""
        for name, field in self._fields.items():
            if field.value != getattr(self._play, name):
                field.value = getattr(self._play, name)
        rows = [
            f"<div><strong>{escape(each.verifier)}</strong> {escape(str(each))}</div>"
            for each in self._play.verdicts()
        ]
        self._verdicts.value = f'<div style="{_CODE}">{escape(self._play.token)}</div>{"".join(rows)}'

    def bundle(self) -> dict[str, Any]:
        """The widget, and beside it what a page without a kernel shows."""
        text = repr(self._play)
        view = self._box._repr_mimebundle_()[WIDGET_VIEW]
        html = f'<pre style="white-space: pre-wrap">{escape(text)}</pre>'
        return {"text/plain": text, "text/html": html, WIDGET_VIEW: view}

    def _edited(self, name: str) -> Callable[[dict[str, Any]], None]:
        def react(change: dict[str, Any]) -> None:
            if change["new"] != getattr(self._play, name):
                self._play.edit(**{name: change["new"]})

        return react
