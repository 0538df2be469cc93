"""What the check of a project brought: a ladder for a terminal, and the same as JSON for an instructor."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from course.projects.ladder import Line, Rung
from course.projects.outcome import Outcome

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_MARKS = {Outcome.DONE: "✓", Outcome.NOT_YET: "✗", Outcome.NOT_REACHED: "·", Outcome.NOT_TRIED: "–"}
_STYLES = {Outcome.DONE: "green", Outcome.NOT_YET: "bold red"}


@dataclass(frozen=True)
class Report:
    """A ladder: what was checked, with which seed, and its stages."""

    project: str
    what: str
    seed: int
    rungs: tuple[Rung, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All requirements in order."""
        return tuple(line for rung in self.rungs for line in rung.lines)

    @property
    def done(self) -> bool:
        """Whether nothing is open."""
        return all(rung.done for rung in self.rungs)

    @property
    def open(self) -> tuple[Line, ...]:
        """The requirements that were tried and are not met."""
        return tuple(each for each in self.lines if each.outcome is Outcome.NOT_YET)

    @property
    def summary(self) -> str:
        """One sentence with all numbers, and how to see the same again."""
        numbers = Counter(each.outcome for each in self.lines)
        counted = ", ".join(f"{numbers[each]} {each}" for each in Outcome if numbers[each])
        again = "" if self.done else f" The same values again: --seed {self.seed}"
        return f"{self.project}, {self.what}: {counted}.{again}"

    def as_json(self) -> str:
        """Everything, for an instructor or a program."""
        numbers = Counter(each.outcome for each in self.lines)
        whole = {
            "project": self.project,
            "server": self.what,
            "seed": self.seed,
            "done": numbers[Outcome.DONE],
            "of": len(self.lines),
            "stages": [asdict(rung) for rung in self.rungs],
        }
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    def show(self, console: "Console") -> None:
        """Print the ladder: each stage, its requirements, and below an open one what shows it."""
        from rich.text import Text

        for rung in self.rungs:
            console.print(Text(f"Stage {rung.number}: {rung.title}", style="bold"), soft_wrap=True)
            if rung.lines and all(each.outcome is Outcome.NOT_REACHED for each in rung.lines):
                console.print(Text(f"  · {len(rung.lines)} requirements, not reached", style="dim"))
                continue
            for line in rung.lines:
                console.print(_shown(line), soft_wrap=True)
        console.print(Text(self.summary), soft_wrap=True)


def _shown(line: Line) -> "Text":
    from rich.text import Text

    style = _STYLES.get(line.outcome, "dim")
    text = Text(f"  {_MARKS[line.outcome]} ", style=style)
    text.append(f"{line.id} {line.says}", style="" if line.outcome is Outcome.DONE else style)
    if line.outcome is Outcome.NOT_TRIED:
        text.append(f"\n        {line.why}", style="dim")
    elif line.outcome is Outcome.NOT_YET:
        told = [line.why] * (line.why != line.says) + [line.got] * bool(line.got)
        for part in told:
            text.append(f"\n        {part}", style="")
        for arrow, part in (("→", line.asked), ("←", line.answered)):
            if part:
                text.append(f"\n        {arrow} {part}", style="dim")
    return text
