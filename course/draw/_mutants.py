"""Which lines of a module the tests hold: its mutants, line by line, under one suite or several."""

from collections.abc import Mapping

from course.base.errors import CourseError
from course.draw.table import Table, as_html, as_text, row
from course.suites.mutation import Mutant, MutantRun

_NOTICED, _ALIVE = "■", "□"
_COLOURS = {_NOTICED: "var(--jp-success-color1, #388e3c)", _ALIVE: "var(--jp-error-color1, #d32f2f)"}
_LEFT = "text-align: left"
_CODE = "white-space: pre; font-family: var(--jp-code-font-family, monospace); font-weight: normal"


def mutants(runs: Mapping[str, MutantRun]) -> Table:
    """A row for each line that has mutants, a column for each run, known by the tests it ran.

    ■ stands for a mutant that the tests noticed, □ for one that survives. The shape differs, so nobody needs
    to see colours. Raises CourseError when there are no mutants.
    """
    made = [run for run in runs.values() if run.mutants]
    if not made:
        problem = next((run.problem for run in runs.values() if run.problem), "")
        raise CourseError(f"There is nothing to draw: no run has made a mutant. {problem}".strip())
    source = made[0].source.splitlines()
    lines = sorted({each.line for run in made for each in run.mutants})
    marks = {line: [_marks(run.mutants, line) for run in runs.values()] for line in lines}
    html = as_html(list(runs), (_row(source[line - 1], found) for line, found in marks.items()), _LEFT)
    return Table(html, as_text(list(runs), ((source[line - 1], *found) for line, found in marks.items())))


def _marks(found: tuple[Mutant, ...], line: int) -> str:
    return "".join(_ALIVE if each.alive else _NOTICED for each in found if each.line == line)


def _row(code: str, marks: list[str]) -> str:
    cells = "".join(f'<td style="text-align: left">{"".join(map(_square, each))}</td>' for each in marks)
    return row(code, cells, _CODE)


def _square(mark: str) -> str:
    return f'<span style="color: {_COLOURS[mark]}; font-size: 1.3em">{mark}</span>'
