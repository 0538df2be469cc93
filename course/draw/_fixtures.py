"""The fixtures of one test as a graph, and those of several tests from set-up to teardown, as they ran.

`pytest --setup-show` was considered: it prints the order, and neither what needs what nor what is shared.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from html import escape

from course.base.errors import CourseError
from course.base.text import columns
from course.draw.mermaid import BOLD, ROUND, Flowchart, Picture, box, limited
from course.draw.table import Table
from course.suites.suite import SuiteRun

_MOST = 11  # fixtures in one picture, beside the test
_LIVES = {"function": "", "session": "one for the whole run"}  # "session" is pytest's word for a run
_WIDEST = 8  # tests in one timeline
_CELL = "padding: 2px 6px; text-align: center; white-space: nowrap"
_BAR = "display: block; height: 1em; background: var(--jp-brand-color1, #1976d2)"


def fixtures(run: SuiteRun, test: str) -> Picture:
    """What one test of a run got from fixtures, and what these needed: each arrow leads to who is given it.

    `test`: its name as the run shows it. Fixtures with a bold frame live longer than one test, and say for
    how long. One that nobody has as a parameter (autouse, `getfixturevalue`) leads to the test. Raises
    CourseError for a test that did not run.
    """
    chosen = next((each for each in _tests(run) if _short(each) == test), "")
    if not chosen:
        ran = ", ".join(map(_short, _tests(run))) or "none"
        raise CourseError(f"No test {test} has run here. These have: {ran}.")
    found = _fixtures_of(run, chosen)
    arrows = list(_arrows(found, test, _parameters(run, chosen)))
    rows = [
        (name, each.scope, "→ " + ", ".join(end for start, end in arrows if start == name))
        for name, each in found.items()
    ]
    text = columns(rows) if rows else f"{test} has no fixture"
    return Picture(str(_graph({name: each.scope for name, each in found.items()}, arrows, test)), text)


def _graph(scopes: Mapping[str, str], arrows: Sequence[tuple[str, str]], test: str) -> Flowchart:
    shown, more = limited(scopes, _MOST)
    nodes = {name: f"f{at}" for at, name in enumerate(shown)} | {test: "test"}
    chart = Flowchart("LR", f"The fixtures of {test}", nodeSpacing=16, rankSpacing=36, padding=8)
    for name in shown:
        lives = _LIVES.get(scopes[name], f"one for the {scopes[name]}")
        chart.add(box(nodes[name], name, lives, style="shared" if lives else ""))
    chart.add(box("test", test, more and f"{more} fixtures", shape=ROUND))
    for start, end in arrows:
        if start in nodes and end in nodes:
            chart.add(nodes[start], "-->", nodes[end])
    chart.styles(shared=BOLD)
    return chart


@dataclass
class _Fixture:
    """One that a test gets: for how long it lives, and what it needs itself."""

    scope: str
    needs: list[str]


def _fixtures_of(run: SuiteRun, test: str) -> dict[str, _Fixture]:
    """The fixtures of a test, in the order of their set-up; some were set up for an earlier test."""
    known: dict[str, _Fixture] = {}
    wanted: list[str] = []
    for each in run.events:
        if each["kind"] == "needs" and each["test"] == test:
            wanted += each["fixtures"]
        if each["kind"] == "setup":
            known[each["fixture"]] = _Fixture(each["scope"], each["needs"])
            wanted += [each["fixture"]] if each["test"] == test else []
        if each["kind"] == "result" and each["test"] == test:
            break
    for name in wanted:  # what a fixture needs that was asked for by its name only
        wanted += [need for need in known[name].needs if need not in wanted] if name in known else []
    return {name: fixture for name, fixture in known.items() if name in wanted}


def _parameters(run: SuiteRun, test: str) -> list[str]:
    """The names of the test's own parameters."""
    asked = (each for each in run.events if each["kind"] == "needs" and each["test"] == test)
    return [name for each in asked for name in each["needs"]]


def _arrows(found: Mapping[str, _Fixture], test: str, parameters: Sequence[str]) -> Iterator[tuple[str, str]]:
    """From each fixture to those that need it. What no other fixture needs is there for the test."""
    for name in found:
        users = [other for other, each in found.items() if name in each.needs and other != name]
        yield from ((name, other) for other in users)
        if name in parameters or not users:
            yield name, test


def fixture_scopes(run: SuiteRun) -> Table:
    """A row for each fixture, a column for each test; a bar lasts from set-up to teardown.

    In the text `[` is a set-up and `]` a teardown. Of many tests the first ones are shown. Raises CourseError
    when no test ran.
    """
    tests, more = limited(_tests(run), _WIDEST)
    if not tests:
        raise CourseError("There is nothing to draw: no test has run.")
    parts = _parts(run, tests)
    head = ["", "", *map(_short, tests)]
    text = columns([tuple(head), *((*key[:2], *map(_marks, row)) for key, row in parts.items())])
    cells = "".join(f'<th scope="col" style="{_CELL}">{escape(each)}</th>' for each in head)
    body = "".join(_row(*key[:2], row) for key, row in parts.items())
    html = f'<table style="margin: 0"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'
    below = f"{more} tests" if more else ""
    return Table(f"{html}<div>{below}</div>" if below else html, "\n".join(filter(None, [text, below])))


_Part = tuple[bool, bool, bool]  # in one test: is it there, is it set up there, is it torn down there
_Key = tuple[str, str, str]  # a fixture: its name, its scope, and the file or folder that it is of


def _parts(run: SuiteRun, tests: Sequence[str]) -> dict[_Key, list[_Part]]:
    """For each fixture what becomes of it in each test."""
    happened: dict[_Key, set[tuple[str, str]]] = {}
    for each in run.events:
        if each["kind"] in ("setup", "teardown") and each["test"] in tests:
            key = (each["fixture"], each["scope"], each["where"])
            happened.setdefault(key, set()).add((each["kind"], each["test"]))
    return {key: list(_life(mine, tests)) for key, mine in happened.items()}


def _life(happened: Set[tuple[str, str]], tests: Sequence[str]) -> Iterator[_Part]:
    alive = False
    for test in tests:
        begins, ends = (("setup", test) in happened, ("teardown", test) in happened)
        yield alive or begins, begins, ends
        alive = (alive or begins) and not ends


def _marks(part: _Part) -> str:
    there, begins, ends = part
    return f"{'[' if begins else '-'}---{']' if ends else '-'}" if there else ""


def _row(name: str, scope: str, parts: Sequence[_Part]) -> str:
    head = "".join(
        f'<th scope="row" style="{_CELL}; text-align: left">{escape(each)}</th>' for each in (name, scope)
    )
    return f"<tr>{head}{''.join(map(_bar, parts))}</tr>"


def _bar(part: _Part) -> str:
    """A cell with a bar that has a round end where the fixture begins or ends; else it reaches the border."""
    there, begins, ends = part
    left, right = ("8px" if each else "0" for each in (begins, ends))
    style = f"{_BAR}; margin: 0 {right} 0 {left}; border-radius: {left} {right} {right} {left}"
    marks = f'<span style="{style}" title="{_marks(part)}"></span>' if there else ""
    return f'<td style="padding: 2px 0; min-width: 5em">{marks}</td>'


def _tests(run: SuiteRun) -> list[str]:
    """The tests that began, as pytest names them."""
    return [each["test"] for each in run.events if each["kind"] == "start"]


def _short(test: str) -> str:
    return test.partition("::")[2]
