"""Guess, then open: the outputs that settle a prediction are folded."""

import re

from course.content.notebook_file import source
from course.site.outputs import Output

_ASKED = re.compile(r"^\s*(\w+) = (?:predict|recall\.again)\(", re.MULTILINE)
_SETTLED = re.compile(r"\b(\w+)\.(?:compare\(|run\(\))")
PROMPT = "Guess, then open"


def folded(cells: list[Output]) -> set[int]:
    """The places of the code cells whose outputs give a prediction away.

    Those after the question, up to the cell that compares: what stands between may show the answer, too.
    """
    found: set[int] = set()
    waiting: set[str] = set()  # names of guesses that no cell has settled yet
    for place, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        code = source(cell)
        asked, settled = set(_ASKED.findall(code)), set(_SETTLED.findall(code))
        if waiting and not asked or asked & settled:
            found.add(place)
        waiting = (asked or waiting) - settled
    return found
