"""Who may do what, as a table of what each request came back with: a row an endpoint, a column a caller.

Mermaid has no tables, and a chart of Vega-Lite cannot be read aloud: an HTML table is both.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from course.base.errors import CourseError
from course.draw.table import Table, as_html, as_text, row

Statuses = Mapping[str, Mapping[str, int]]
THROUGH, MISSING = "rgba(46, 160, 67, 0.25)", "–"
# By status; the number itself always stands in the cell, so nobody needs to see colours.
TINTS = {
    401: "rgba(128, 128, 128, 0.25)",
    403: "rgba(255, 152, 0, 0.25)",
    404: "rgba(33, 150, 243, 0.25)",
}
WRONG = "font-weight: bold; outline: 2px solid var(--jp-error-color1, #d32f2f); outline-offset: -2px"
_CELL = "text-align: center; white-space: nowrap"


@dataclass(frozen=True)
class AccessMatrix(Table):
    """The table, and where it is not as it should be, a sentence each."""

    holes: tuple[str, ...] = ()


def access_matrix(measured: Statuses, wanted: Statuses | None = None) -> AccessMatrix:
    """A row for each endpoint of `measured`, a column for each caller, in each cell a status.

    `wanted`: statuses that should have come back, for as many cells as are known. A cell with another one
    is marked ✗, and `holes` says what it should be. Raises CourseError when there is nothing to draw.
    """
    callers = list(dict.fromkeys(caller for row in measured.values() for caller in row))
    if not callers:
        raise CourseError(
            "There is nothing to draw: give draw.access_matrix() statuses as "
            '{"GET /posts": {"guest": 200, …}, …}.'
        )
    rows: list[tuple[str, ...]] = []
    body: list[str] = []
    holes: list[str] = []
    for endpoint, found in measured.items():
        known = (wanted or {}).get(endpoint, {})
        marks = {each: found.get(each) != known[each] for each in callers if each in known}
        shown = [_shown(found.get(each), marks.get(each, False)) for each in callers]
        rows.append((endpoint, *shown))
        body.append(_row(endpoint, shown, [found.get(each) for each in callers]))
        holes += [
            f"{endpoint} as {each}: {_shown(found.get(each), False)}, not {known[each]}"
            for each in callers
            if marks.get(each)
        ]
    return AccessMatrix(as_html(callers, body, _CELL), as_text(callers, rows), tuple(holes))


def _shown(status: int | None, wrong: bool) -> str:
    number = MISSING if status is None else str(status)
    return f"✗ {number}" if wrong else number


def _row(endpoint: str, shown: list[str], statuses: list[int | None]) -> str:
    cells = ""
    for text, status in zip(shown, statuses, strict=True):
        tint = THROUGH if status and status < 400 else TINTS.get(status or 0, "transparent")
        wrong = f"; {WRONG}" if text.startswith("✗") else ""
        cells += f'<td style="{_CELL}; background: {tint}{wrong}">{text}</td>'
    return row(endpoint, cells)
