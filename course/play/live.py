"""HTML with a script that runs in the reader's browser, and what is shown where no script runs.

`IPython.display.HTML` was considered: its script stands in the stored output, with the ports of one run.
"""

import json
from html import escape
from typing import Any

from course.base.media_types import WIDGET_VIEW

# The page that shows the notebook must be one of this machine: elsewhere 127.0.0.1 is another computer.
_HERE = """
const root = document.getElementById(ID), note = root.querySelector(".note");
const names = ["localhost", "127.0.0.1", "[::1]"];
const reached = async () => {
  if (!names.includes(location.hostname)) return false;
  try { await fetch(PROBE, {mode: "no-cors", credentials: "omit"}); return true; } catch { return false; }
};
"""


def live(
    name: str, body: str, script: str, *, probe: str, elsewhere: str, data: Any = None
) -> dict[str, Any]:
    """The widget's part of an output: `body` is shown, then `script` runs in the browser.

    `probe`: an address that must be reached, or the script is not run and `.note` says `elsewhere`. The
    script has `root`, the element around `body`; `note`, its element of that class; and `data`.
    """
    import ipywidgets

    html = text(name, body, script, probe=probe, elsewhere=elsewhere, data=data)
    shown = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
    view: dict[str, Any] = ipywidgets.Output(outputs=(shown,))._repr_mimebundle_()
    return {WIDGET_VIEW: view[WIDGET_VIEW]}


def text(name: str, body: str, script: str, *, probe: str, elsewhere: str, data: Any) -> str:
    """The HTML of `live`."""
    here = _HERE.replace("ID", _as_script(name)).replace("PROBE", _as_script(probe))
    return (
        f'<div id="{escape(name)}">{body}<p class="note"></p></div><script>(async () => {{{here}'
        f"const data = {_as_script(data)};"
        f"if (!await reached()) {{ note.textContent = {_as_script(elsewhere)}; return; }}"
        f"{script}}})();</script>"
    )


def _as_script(value: Any) -> str:
    """A value as JavaScript that may stand inside a <script>."""
    return json.dumps(value).replace("<", "\\u003c")
