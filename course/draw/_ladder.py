"""How far a graduation project is: a row for each stage, a mark for each requirement."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from course.base.errors import CourseError
from course.base.text import columns
from course.draw.table import Table, row

MARKS = {"done": "✓", "not yet": "✗", "not reached": "·", "not tried": "–"}
_TINTS = {"done": "rgba(46, 160, 67, 0.25)", "not yet": "rgba(248, 81, 73, 0.3)"}
_CELL = "text-align: center; min-width: 1.4em"
_NEW = "font-weight: bold; outline: 2px solid currentColor; outline-offset: -2px"

Report = Mapping[str, Any]


def ladder(report: Report, before: Report | None = None) -> Table:
    """A row for each stage of a report, which is what `course project check todo --export FILE` wrote.

    ✓ stands for done, ✗ for not yet, · for not reached, – for not tried; the mark always stands there, so
    nobody needs to see colours. `before`: an earlier report; what has become another mark since is framed,
    and in the text both marks stand there, as in ✗→✓. Raises CourseError for what is no such report.
    """
    try:
        earlier = dict(_outcomes(before)) if before else {}
        stages = [
            (f"{stage['number']} {stage['title']}", [_cell(line, earlier) for line in stage["lines"]])
            for stage in report["stages"]
        ]
    except (KeyError, TypeError):
        raise CourseError(
            "There is nothing to draw: give draw.ladder() the report that "
            "`course project check todo --export report.json` writes, read with json.loads()."
        ) from None
    body = "".join(row(head, "".join(html for html, _ in cells)) for head, cells in stages)
    return Table(
        f'<table style="margin: 0"><tbody>{body}</tbody></table>',
        columns([(head, " ".join(text for _, text in cells)) for head, cells in stages]),
    )


def _outcomes(report: Report) -> Sequence[tuple[str, str]]:
    return [(line["id"], line["outcome"]) for stage in report["stages"] for line in stage["lines"]]


def _cell(line: Mapping[str, str], earlier: Mapping[str, str]) -> tuple[str, str]:
    """A requirement as a cell of HTML, which says its sentence under the pointer, and as text."""
    now, was = line["outcome"], earlier.get(line["id"], line["outcome"])
    style = f"{_CELL}; background: {_TINTS.get(now, 'transparent')}{f'; {_NEW}' if now != was else ''}"
    said = escape(f"{line['id']} {line['says']}", quote=True)
    html = f'<td style="{style}" title="{said}">{MARKS[now]}</td>'
    return html, MARKS[now] if now == was else f"{MARKS[was]}→{MARKS[now]}"
