"""Which test notices what: a row for each test, a column for each app that it ran on."""

from collections.abc import Mapping

from course.base.errors import CourseError
from course.draw.table import Table, as_html, as_text, row
from course.suites.suite import SuiteRun

_PASSED, _FAILED = "rgba(46, 160, 67, 0.25)", "rgba(248, 81, 73, 0.3)"
_CELL = "text-align: center; white-space: nowrap"


def suite_matrix(runs: Mapping[str, SuiteRun]) -> Table:
    """A row for each test of the runs, a column for each run, which is known by what it ran on.

    ✓ stands for a test that passed, ✗ for one that failed, – for one that did not run. The mark always stands
    in the cell, so nobody needs to see colours. Raises CourseError when no test ran.
    """
    tests = list(dict.fromkeys(each.name for run in runs.values() for each in run.results))
    if not tests:
        raise CourseError("There is nothing to draw: none of these runs has run a test.")
    marks = {name: [_mark(run, name) for run in runs.values()] for name in tests}
    html = as_html(list(runs), (_row(name, found) for name, found in marks.items()), _CELL)
    return Table(html, as_text(list(runs), ((name, *found) for name, found in marks.items())))


def _mark(run: SuiteRun, name: str) -> str:
    found = {each.name: each.outcome for each in run.results}.get(name, "")
    return {"passed": "✓", "failed": "✗", "error": "✗"}.get(found, "–")


def _row(name: str, marks: list[str]) -> str:
    tints = {"✓": _PASSED, "✗": _FAILED}
    cells = "".join(
        f'<td style="{_CELL}; background: {tints.get(each, "transparent")}">{each}</td>' for each in marks
    )
    return row(name, cells)
