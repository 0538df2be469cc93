"""Stored outputs as a page can show them: links between pages, pictures without a kernel."""

import json
from functools import lru_cache
from html import escape
from typing import Any, Literal

from course.site import places

_MERMAID, _VEGA = "text/vnd.mermaid", "application/vnd.vegalite.v5+json"
Output = dict[str, Any]


def for_page(output: Output) -> Output:
    """The same output with nothing but what a page shows: text, or HTML with its links set right."""
    data = output.get("data")
    if data is None:  # a stream, or an error
        return output
    if _MERMAID in data:
        return _html(output, _diagram(_joined(data[_MERMAID]), _joined(data["text/plain"])))
    if _VEGA in data:
        return _html(output, _chart(json.dumps(data[_VEGA]), _joined(data["text/plain"])))
    if "text/html" in data:
        return _html(output, places.relinked(_joined(data["text/html"])))
    if "text/markdown" in data:
        return {**output, "data": {"text/markdown": data["text/markdown"]}}
    return output


def text(output: Output) -> str:
    """What an output says as plain text."""
    return _joined(output.get("text", output.get("data", {}).get("text/plain", "")))


def is_question(output: Output) -> bool:
    """Whether this is what `predict()` shows."""
    return _joined(output.get("data", {}).get("text/html", "")).startswith("<strong>Predict:</strong>")


def _html(output: Output, html: str) -> Output:
    return {**output, "data": {"text/html": html}}


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _diagram(code: str, said: str) -> str:
    """A figure that Mermaid draws in the browser; where no script runs, its words are read instead."""
    return (
        f'<figure class="picture mermaid-picture" data-mermaid="{escape(code)}">'
        f"<pre>{escape(said)}</pre></figure>"
    )


@lru_cache(maxsize=64)
def _chart(spec: str, said: str) -> str:
    """A Vega-Lite chart as an SVG, once for each theme.

    JupyterLab's own copy of Vega was considered: its parts are shared with the rest of JupyterLab and do not
    run alone.
    """
    import vl_convert

    label = f'role="img" aria-label="{escape(said)}"'
    shown = []
    # The page's own colour behind the chart, so that it fits whichever theme the page has.
    config = {"background": "transparent"}
    for theme in ("light", "dark"):
        chosen: Literal["dark"] | None = "dark" if theme == "dark" else None
        svg = vl_convert.vegalite_to_svg(json.loads(spec), theme=chosen, config=config)
        shown.append(svg.replace("<svg ", f'<svg class="only-{theme}" {label} ', 1))
    return f'<figure class="picture">{"".join(shown)}</figure>'
