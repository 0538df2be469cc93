"""One step of a timeline, and how steps read as text: one column a session."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.base.sql import as_psql
from course.base.text import short

WIDE = 92  # characters that the columns share
_MOST_ROWS = 3  # rows that are shown in full
_LONGEST = 200  # characters of a statement


@dataclass
class TimelineStep:
    """What one session was told to do, and what came of it.

    `rows`: what a statement returned, None for one that returns none. `waited_for`: the session whose lock
    it had to wait for, else None. `error`: type and message, else None. `settled_at_step`: the number of the
    step during which it was done, None if it never was. `value`: what a function returned, and `told`: how
    that was written then. `said`: PostgreSQL's word for what was done. `open`: whether its transaction was
    open afterwards.
    """

    number: int
    session: str
    text: str
    rows: list[tuple[Any, ...]] | None = None
    waited_for: str | None = None
    error: str | None = None
    settled_at_step: int | None = None
    value: Any = None
    told: str = ""
    said: str = ""
    open: bool = False

    @property
    def went_on(self) -> bool:
        """Whether it had to wait, and a later step let it go on."""
        return self.settled_at_step is not None and self.settled_at_step > self.number

    @property
    def outcome(self) -> str:
        """What came of it in a few words; "" where the statement says it already."""
        if self.error:
            return f"✗ {self.error}"
        if self.rows is not None:
            return f"→ {shown_rows(self.rows)}"
        if self.told:
            return f"→ {self.told}"
        if not self.said or self.text.upper().startswith(self.said):
            return ""
        return f"→ {self.said}"

    @property
    def resumed(self) -> str:
        """What is said when it goes on after a wait."""
        if self.error:
            return f"{self.number} fails: {self.outcome}"
        return f"{self.number} goes on: {self.outcome.removeprefix('→ ') or self.said or 'done'}"


def shown_value(value: Any) -> str:
    """A Python value as it is written, but the same in every run: without an object's address."""
    try:
        text = repr(value)
    except Exception:  # an object of the ORM may need its row for that
        return type(value).__name__
    return type(value).__name__ if " at 0x" in text else text


def shown_rows(rows: Sequence[Sequence[Any]]) -> str:
    """A few rows as they are, many as a count."""
    if not rows:
        return "no rows"
    texts = [", ".join(as_psql(value) for value in row) for row in rows]
    full = " · ".join(texts if len(rows[0]) == 1 else [f"({text})" for text in texts])
    if len(rows) <= _MOST_ROWS and len(full) <= 60:
        return full
    return f"{len(rows)} row{'s' * (len(rows) != 1)}"


def events(steps: Sequence[TimelineStep]) -> list[tuple[TimelineStep, bool]]:
    """The steps in the order of what happened; True: one of before goes on now."""
    happened = []
    for step in steps:
        happened.append((step, False))
        happened += [(one, True) for one in steps if one.went_on and one.settled_at_step == step.number]
    return happened


def as_text(names: Sequence[str], steps: Sequence[TimelineStep]) -> str:
    """All steps as aligned text, one column a session."""
    width = WIDE // len(names) - 2
    rows = [("", list(names)), ("--", ["-" * width] * len(names))]
    for step, later in events(steps):
        place = list(names).index(step.session)
        number = "" if later else str(step.number)
        for line in _resumed(step, width) if later else _begun(step, width):
            rows.append((number, ["" if at != place else line for at in range(len(names))]))
            number = ""
    return "\n".join(
        "  ".join([number.rjust(2), *(cell.ljust(width) for cell in cells)]).rstrip()
        for number, cells in rows
    )


def _begun(step: TimelineStep, width: int) -> list[str]:
    lines = textwrap.wrap(short(step.text, _LONGEST), width)
    if step.waited_for:
        return [*lines, f"… waits for {step.waited_for}"]
    return lines + textwrap.wrap(step.outcome, width, subsequent_indent="  ")


def _resumed(step: TimelineStep, width: int) -> list[str]:
    return textwrap.wrap(step.resumed, width, subsequent_indent="  ")
