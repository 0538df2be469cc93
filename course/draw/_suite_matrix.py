"""Which test notices what: a row for each test, a column for each app that it ran on."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from course.base.errors import CourseError
from course.base.text import columns
from course.suites.suite import SuiteRun

_PASSED, _FAILED = "rgba(46, 160, 67, 0.25)", "rgba(248, 81, 73, 0.3)"
_CELL = "text-align: center; white-space: nowrap"


@dataclass(frozen=True)
class SuiteMatrix:
    """The table, as HTML and as text."""

    html: str
    text: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def suite_matrix(runs: Mapping[str, SuiteRun]) -> SuiteMatrix:
    """A row for each test of the runs, a column for each run, which is known by what it ran on.

    ✓ stands for a test that passed, ✗ for one that failed, – for one that did not run. The mark always stands
    in the cell, so nobody needs to see colours. Raises CourseError when no test ran.
    """
    tests = list(dict.fromkeys(each.name for run in runs.values() for each in run.results))
    if not tests:
        raise CourseError("There is nothing to draw: none of these runs has run a test.")
    marks = {name: [_mark(run, name) for run in runs.values()] for name in tests}
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(each)}</th>' for each in runs)
    body = "".join(_row(name, found) for name, found in marks.items())
    html = f'<table style="margin: 0"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>'
    return SuiteMatrix(html, columns([("", *runs), *((name, *found) for name, found in marks.items())]))


def _mark(run: SuiteRun, name: str) -> str:
    found = {each.name: each.outcome for each in run.results}.get(name, "")
    return {"passed": "✓", "failed": "✗", "error": "✗"}.get(found, "–")


def _row(name: str, marks: list[str]) -> str:
    tints = {"✓": _PASSED, "✗": _FAILED}
    cells = "".join(
        f'<td style="{_CELL}; background: {tints.get(each, "transparent")}">{each}</td>' for each in marks
    )
    return (
        f'<tr><th scope="row" style="text-align: left; white-space: nowrap">{escape(name)}</th>{cells}</tr>'
    )
