"""What is always true of Postboard, and what was decided about it: each with the test that holds it."""

import tomllib
from functools import cache
from pathlib import Path

from course.base.errors import CourseError
from course.recall.listing import Line, Listing

SOURCE = Path(__file__).with_name("decisions.toml")


class Decisions(Listing):
    """The listing, and `tests`: what `run_tests` is given to run them all."""

    @property
    def tests(self) -> list[str]:
        """The tests, as pytest names them."""
        return [each.where for lines in self.sections.values() for each in lines]


@cache
def every() -> dict[str, dict[str, str]]:
    """By area: a sentence, and the test that holds it."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def decisions(area: str = "") -> Decisions:
    """Postboard's invariants and decisions, each with the test that holds it; `.tests` names those.

    `area`: one of them, such as "data"; all unless given. Raises CourseError when there is no such area.
    """
    wanted = {name: held for name, held in every().items() if area.casefold() in ("", name.casefold())}
    if not wanted:
        raise CourseError(f"There is no area {area!r}. There are: {', '.join(every())}.")
    return Decisions({name: [_line(*each) for each in held.items()] for name, held in wanted.items()})


def _line(said: str, test: str) -> Line:
    return Line(said, test, f"<code>{test.partition('::')[2]}</code>")
