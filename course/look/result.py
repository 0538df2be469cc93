"""What a look shows: the SQL that was run, and its rows as psql prints them.

rich's and pandas' tables were considered: psql's own layout is what the learner meets in every terminal.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from html import escape
from typing import Any

from course.base.sql import as_psql

MOST_ROWS = 50  # rows that are shown
WIDEST = 80  # characters of one cell


@dataclass(frozen=True)
class Look:
    """One statement and what came back.

    `columns`: their names. `rows`: tuples of Python values. `status`: PostgreSQL's own word for what was
    done, such as "INSERT 0 1", for a statement that returns no rows. `told`: whether the statement is shown.
    """

    sql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    status: str = ""
    told: bool = True

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def table(self) -> str:
        """The rows alone, as text with aligned columns."""
        return _table(self.columns, self.rows) if self.columns else self.status

    def __repr__(self) -> str:
        return f"{self.sql}\n\n{self.table}" if self.told else self.table

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        html = f'<pre style="{_SQL}">{escape(self.sql)}</pre>' if self.told else ""
        html += _html(self.columns, self.rows) if self.columns else f"<div>{escape(self.status)}</div>"
        return {"text/plain": repr(self), "text/html": html}


_SQL = (
    "border-left: 3px solid var(--jp-border-color1, #bbb); padding: 2px 0 2px 10px; margin: 0 0 6px 0; "
    "font-size: 0.9em; white-space: pre-wrap; word-break: normal"
)


def session_names(found: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What to call each session: its application_name, else "session A", "session B" in this order.

    `found`: process number and application_name. Of several with one name the second is "name 2".
    """
    names: dict[int, str] = {}
    seen: dict[str, int] = {}
    for pid, name in found:
        if pid not in names:
            seen[name] = number = seen.get(name, 0) + 1
            letter = chr(64 + number) if number <= 26 else str(number)
            names[pid] = (f"{name} {number}" if number > 1 else name) if name else f"session {letter}"
    return names


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = [[_one_line(as_psql(value)) for value in row] for row in rows[:MOST_ROWS]]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    right = [_numbers(rows, at) for at in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        shown = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)]
        return " | ".join(shown).rstrip()

    rule = "-+-".join("-" * width for width in widths)
    return "\n".join([line(columns), rule, *map(line, cells), _count(rows)])


def _html(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    right = [_numbers(rows, at) for at in range(len(columns))]
    align = ["right" if one else "left" for one in right]
    head = "".join(
        f'<th style="text-align: {a}">{escape(c)}</th>' for c, a in zip(columns, align, strict=True)
    )
    body = ""
    for row in rows[:MOST_ROWS]:
        cells = (_cell(value, a) for value, a in zip(row, align, strict=True))
        body += f"<tr>{''.join(cells)}</tr>"
    table = f'<table style="margin: 0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f"{table}<div>{_count(rows)}</div>"


def _cell(value: Any, align: str) -> str:
    text = escape(_cut(as_psql(value)))
    shown = f'<em style="opacity: 0.6">{text}</em>' if value is None else text
    return f'<td style="text-align: {align}; white-space: pre-wrap">{shown}</td>'


def _count(rows: Sequence[Any]) -> str:
    more = f", the first {MOST_ROWS} shown" if len(rows) > MOST_ROWS else ""
    return f"({len(rows)} row{'s' * (len(rows) != 1)}{more})"


def _numbers(rows: Sequence[Sequence[Any]], at: int) -> bool:
    values = [row[at] for row in rows if row[at] is not None]
    others = (str, bool, bytes, memoryview, list, tuple, dict, date, time)
    return bool(values) and not any(isinstance(value, others) for value in values)


def _one_line(text: str) -> str:
    return _cut(re.sub(r"\s*\n\s*", " ", text))


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
