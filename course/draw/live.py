"""Pictures of what was measured: shown where a cell is run, and stored in words without their numbers.

A Vega-Lite chart, as in `bars`, was considered: its numbers would stand in the notebook.
"""

from html import escape
from typing import Any

from course.base.media_types import WIDGET_VIEW


def bundle(words: str, html: str) -> dict[str, Any]:
    """What a cell gives out: `html` as a widget, which a page shows live; `words` where no kernel runs."""
    import ipywidgets

    view = ipywidgets.HTML(html)._repr_mimebundle_()[WIDGET_VIEW]
    return {"text/plain": words, "text/html": f"<pre>{escape(words)}</pre>", WIDGET_VIEW: view}
