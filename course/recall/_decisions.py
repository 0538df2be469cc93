"""What is always true of Postboard, and what was decided about it: each with the test that holds it."""

import tomllib
from functools import cache
from pathlib import Path

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

    `area`: one of them, such as "data"; all unless given.
    """
    wanted = {name: held for name, held in every().items() if not area or name.casefold() == area.casefold()}
    return Decisions(
        {
            name: [Line(said, test, f"<code>{test.partition('::')[2]}</code>") for said, test in held.items()]
            for name, held in (wanted or every()).items()
        }
    )
