"""The ideas that come back: in which weeks each was met, linked to the cells."""

import tomllib
from functools import cache
from pathlib import Path

from course.content import catalog
from course.draw import table
from course.recall.proof import Proof

SOURCE = Path(__file__).with_name("ideas.toml")
WEEKS = range(1, 9)


@cache
def every() -> dict[str, tuple[Proof, ...]]:
    """By idea: the cells in which it was met."""
    read = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return {idea: tuple(Proof(*each) for each in cells) for idea, cells in read.items()}


def ideas() -> table.Table:
    """The ideas that come back from week to week: a row each, with a link to each cell that shows it."""
    heads = [f"week {week}" for week in WEEKS]
    rows, texts = [], []
    for idea, cells in every().items():
        met = {week: [each for each in cells if _week(each) == week] for week in WEEKS}
        texts.append((idea, *(" ".join(each.lesson for each in met[week]) or "·" for week in WEEKS)))
        rows.append(table.row(idea, "".join(map(_cell, met.values()))))
    return table.Table(table.as_html(heads, rows, "white-space: nowrap"), table.as_text(heads, texts))


def _week(proof: Proof) -> int:
    return catalog.lesson(proof.lesson).week


def _cell(met: list[Proof]) -> str:
    colour = "; background: rgba(25, 118, 210, 0.18)" if met else ""
    return f'<td style="text-align: center{colour}">{" ".join(each.link() for each in met)}</td>'
