"""Toys on a page that is only read: a still picture, and what to do with it in the course."""

import re
import tomllib
from functools import cache
from html import escape
from pathlib import Path

SOURCE = Path(__file__).with_name("toys.toml")
STILLS = Path(__file__).with_name("stills")
_CALL = re.compile(r"\b((?:play|recall)\.\w+)\(")


@cache
def every() -> dict[str, dict[str, str]]:
    """By call, such as "play.pool": `still` (a file's name), `shows` and `do`, a sentence each."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def figures(code: str) -> list[str]:
    """The still picture of each toy that a cell makes, as HTML."""
    called = dict.fromkeys(_CALL.findall(code))
    return [_figure(every()[each]) for each in called if each in every()]


def _figure(toy: dict[str, str]) -> str:
    return (
        f'<figure class="toy"><img src="../_static/stills/{toy["still"]}" alt="{escape(toy["shows"])}" '
        f'loading="lazy"><figcaption>In the course: {escape(toy["do"])}</figcaption></figure>'
    )
