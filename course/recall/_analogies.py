"""Analogies: where each holds and where it breaks, linked to the cells that show both."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course.base.errors import CourseError
from course.recall.listing import Line, Listing
from course.recall.proof import Proof

SOURCE = Path(__file__).with_name("analogies.toml")


@dataclass(frozen=True)
class Analogy:
    """What is like what; a sentence and a cell for where that holds, and for where it breaks."""

    thing: str
    like: str
    holds: tuple[str, Proof]
    breaks: tuple[str, Proof]


@cache
def every() -> tuple[Analogy, ...]:
    """All analogies, in the order of their file."""
    return tuple(map(_read, tomllib.loads(SOURCE.read_text(encoding="utf-8"))["analogy"]))


def analogies(about: str = "") -> Listing:
    """Analogies with the cells where they hold and where they break.

    `about`: a word of those that are wanted, such as "session". Raises CourseError when none has it.
    """
    found = [each for each in every() if about.casefold() in f"{each.thing} {each.like}".casefold()]
    if not found:
        things = ", ".join(dict.fromkeys(each.thing for each in every()))
        raise CourseError(f"No analogy has {about!r}. There are some for: {things}.")
    return Listing({f"{each.thing} is like {each.like}": _lines(each) for each in found})


def _lines(analogy: Analogy) -> list[Line]:
    both = {"holds:  ": analogy.holds, "breaks: ": analogy.breaks}
    return [Line(said, proof.lesson, proof.link(), sign) for sign, (said, proof) in both.items()]


def _read(entry: dict[str, Any]) -> Analogy:
    holds, breaks = ((each[0], Proof(*each[1:])) for each in (entry["holds"], entry["breaks"]))
    return Analogy(entry["thing"], entry["like"], holds, breaks)
