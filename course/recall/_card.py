"""The quick-reference card: one line for each thing that is looked up at work, linked to its proof."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course.base.errors import CourseError
from course.content import catalog
from course.recall.listing import Line, Listing
from course.recall.proof import Proof

SOURCE = Path(__file__).with_name("card.toml")


@dataclass(frozen=True)
class CardLine:
    """A line of the card: its area, what it says, and the cell that proves it."""

    area: str
    said: str
    proof: Proof

    @property
    def week(self) -> int:
        """The week in which it is taught."""
        return catalog.lesson(self.proof.lesson).week


@cache
def lines() -> tuple[CardLine, ...]:
    """All lines, in the order of their file."""
    areas = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(
        CardLine(area, said, Proof(*proof)) for area, held in areas.items() for said, proof in held.items()
    )


def card(about: str = "") -> Listing:
    """The quick-reference card; each line is linked to the cell that proves it.

    `about`: an area such as "sessions", or a word of the lines that are wanted. Raises CourseError when no
    line has it.
    """
    word = about.casefold()
    of_area = [each for each in lines() if each.area.casefold() == word]
    found = of_area or [each for each in lines() if word in each.said.casefold()]
    if not found:
        areas = ", ".join(dict.fromkeys(each.area for each in lines()))
        raise CourseError(f"No line of the card has {about!r}. Its areas are: {areas}.")
    sections: dict[str, list[Line]] = {}
    for each in found:
        shown = Line(each.said, each.proof.lesson, each.proof.link())
        sections.setdefault(each.area, []).append(shown)
    return Listing(sections)
