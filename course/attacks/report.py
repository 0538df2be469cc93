"""What the attacks brought: a table for a terminal and for a notebook."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from course.attacks.outcome import Outcome
from course.attacks.registry import Attack

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 110  # characters of the table as text
_COLOURS = {Outcome.REFUSED: "green", Outcome.THROUGH: "bold red", Outcome.FAILED: "bold red"}
_MARKS = {Outcome.REFUSED: "✓", Outcome.THROUGH: "✗", Outcome.FAILED: "✗", Outcome.NOT_TRIED: "–"}
_CELL = "text-align: left; vertical-align: top; white-space: normal"
_GROUP = "cursor: pointer; color: var(--jp-content-font-color1, inherit)"
_HOLES = (Outcome.THROUGH, Outcome.FAILED)


@dataclass(frozen=True)
class Line:
    """One attack and how it ended."""

    attack: Attack
    outcome: Outcome
    back: str


@dataclass(frozen=True)
class Report:
    """All attacks, in groups. `left`: what they leave behind on the server."""

    what: str
    lines: tuple[Line, ...]
    left: tuple[str, ...] = ()

    @property
    def holes(self) -> tuple[Line, ...]:
        """The attacks that got through, and those that the server failed at."""
        return tuple(each for each in self.lines if each.outcome in _HOLES)

    def __getitem__(self, name: str) -> Line:
        """The line of one attack by its name. Raises KeyError for an unknown one."""
        return {each.attack.name: each for each in self.lines}[name]

    @property
    def groups(self) -> dict[str, tuple[Line, ...]]:
        """The lines of each group, in the order of the table."""
        return {group: tuple(lines) for group, lines in groupby(self.lines, lambda each: each.attack.group)}

    @property
    def summary(self) -> str:
        """One sentence with all numbers, and one with what is left behind."""
        left = f" They leave behind: {', '.join(self.left)}." if self.left else ""
        return f"{len(self.lines)} attacks on {self.what}: {_counted(self.lines)}.{left}"

    def table(self) -> "Table":
        """The table as rich draws it."""
        from rich.markup import escape as plain
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
        for heading, ratio in (("", 1), ("what was sent", 24), ("what came back", 20)):
            table.add_column(heading, ratio=ratio, overflow="fold")
        table.add_column("outcome", no_wrap=True)
        table.add_column("lesson", no_wrap=True)
        for group, lines in self.groups.items():
            table.add_row("", f"[bold]{group}[/]")
            for each in lines:
                style = _COLOURS.get(each.outcome, "dim")
                cells = (_MARKS[each.outcome], each.attack.sent, each.back, each.outcome, each.attack.lesson)
                table.add_row(*(plain(str(cell)) for cell in cells), style=style if style != "green" else "")
        return table

    def show(self, console: "Console") -> None:
        """Print table and summary."""
        console.print(self.table())
        console.print(self.summary, soft_wrap=True, markup=False, highlight=False)

    def __repr__(self) -> str:
        from rich.console import Console

        page = io.StringIO()
        self.show(Console(file=page, width=WIDTH, color_system=None, legacy_windows=False))
        return "\n".join(line.rstrip() for line in page.getvalue().splitlines())

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self._short(), "text/html": self._html()}

    def _short(self) -> str:
        """A line a group, and under it what was not refused; the page has every attack, folded."""
        wide = max(map(len, self.groups), default=0)
        rows = []
        for group, lines in self.groups.items():
            rows.append(f"{_mark(lines)} {group:<{wide}}  {_counted(lines)}")
            rows += [_told(each) for each in lines if each.outcome is not Outcome.REFUSED]
        return "\n".join([*rows, "", self.summary])

    def _html(self) -> str:
        folds = "".join(_fold(group, lines) for group, lines in self.groups.items())
        return f"{folds}<div>{escape(self.summary)}</div>"


def _counted(lines: Sequence[Line]) -> str:
    numbers = Counter(each.outcome for each in lines)
    return ", ".join(f"{numbers[one]} {one}" for one in Outcome if numbers[one])


def _mark(lines: Sequence[Line]) -> str:
    worst = {each.outcome for each in lines}
    found = next((one for one in (*_HOLES, Outcome.REFUSED) if one in worst), Outcome.NOT_TRIED)
    return _MARKS[found]


def _told(line: Line) -> str:
    return f"    {_MARKS[line.outcome]} {line.attack.sent} ({line.attack.lesson})\n      {line.back}"


def _fold(group: str, lines: Sequence[Line]) -> str:
    """A group that unfolds; one with a hole in it is open."""
    head = "".join(
        f'<th style="{_CELL}">{each}</th>' for each in ("", "sent", "came back", "outcome", "lesson")
    )
    is_open = any(each.outcome in _HOLES for each in lines)
    title = f'<summary style="{_GROUP}">{_mark(lines)} {escape(group)}: {_counted(lines)}</summary>'
    rows = "".join(map(_row, lines))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<details{' open' * is_open}>{title}{table}</details>"


def _row(line: Line) -> str:
    bold = "; font-weight: bold" * (line.outcome in _HOLES)
    cells = (_MARKS[line.outcome], line.attack.sent, line.back, line.outcome, line.attack.lesson)
    shown = (re.sub("`([^`]+)`", r"<code>\1</code>", escape(str(cell))) for cell in cells)
    return "<tr>" + "".join(f'<td style="{_CELL}{bold}">{cell}</td>' for cell in shown) + "</tr>"
