"""Toys on a page that is only read: a still picture, and what to do with it in the course."""

import tomllib
from functools import cache
from html import escape
from pathlib import Path

SOURCE = Path(__file__).with_name("toys.toml")
STILLS = Path(__file__).with_name("stills")


@cache
def every() -> dict[str, dict[str, str]]:
    """By a text of the cell that makes it: `still` (a file's name), `shows` and `do`, a sentence each."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def figures(code: str) -> list[str]:
    """The still picture of each toy that a cell makes, as HTML."""
    return [_figure(toy) for text, toy in every().items() if text in code]


def _figure(toy: dict[str, str]) -> str:
    return (
        f'<figure class="toy"><img src="../_static/stills/{toy["still"]}" alt="{escape(toy["shows"])}" '
        f'loading="lazy"><figcaption>In the course: {escape(toy["do"])}</figcaption></figure>'
    )
