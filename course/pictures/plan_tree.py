"""How PostgreSQL answers a query: the tree of its plan, with the rows and pages of each step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course.base.text import short
from course.pictures.picture import BOLD, DASHED, Flowchart, Picture, box
from course.pictures.plan_nodes import Step, _step
from course.pictures.plan_pages import _walk
from course.pictures.sql_text import text_of
from course.postgres.connection import linked

_CHANGES = ("Insert", "Update", "Delete", "Merge")
_SETTINGS = """
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = off;
SET LOCAL synchronize_seqscans = off
"""


@dataclass(frozen=True)
class Plan(Picture):
    """The picture of a plan; `root`: its top step."""

    root: Step

    @property
    def kinds(self) -> list[str]:
        """The kind of each step, from the top down."""
        return [one.kind for one in self.root]

    @property
    def pages(self) -> int:
        """How many pages all steps touched; a page touched twice counts twice."""
        return sum(one.pages or 0 for one in self.root)

    @property
    def rows_read(self) -> int:
        """How many rows were taken from tables, also those that a filter threw away."""
        return sum(one.rows + one.thrown_away for one in self.root if one.reads_table)

    @property
    def costliest(self) -> Step:
        """The step that did most by itself; of equal ones the uppermost."""
        return max(self.root, key=lambda one: one.work)


def plan(query: Any, url: str | None = None, params: Any = None) -> Plan:
    """The plan of a query as a tree, each step below the one that uses its rows.

    `query`: SQL text (with `params` for %s) or a SQLAlchemy statement. It runs, in a transaction that is
    rolled back: a DELETE changes nothing, though an INSERT uses up ids. A reading query runs twice, and the
    second run counts: the first may look up pages of the catalog on its way.
    Raises CourseError and psycopg2's own errors.
    """
    found = _explained(text_of(query), url, params)
    changes = _changes(found["Plan"])
    root = _step(found["Plan"], pages=not changes)
    checks = [_check(one) for one in found.get("Triggers", [])]
    # Of a statement that writes, pages are not known, nor what its checks cost: nothing is marked.
    costliest = None if changes else max(root, key=lambda one: one.work)
    title = "The plan of the query"
    chart = Flowchart("BT", title, nodeSpacing=24, rankSpacing=34, padding=8, wrappingWidth=420)
    _draw(chart, root, costliest)
    for at, check in enumerate(checks):
        chart.add(box(f"t{at}", check), "-.->", "p0")
    chart.styles(costliest=BOLD, never=DASHED)
    text = [*_lines(root, costliest), *(f"then {check}" for check in checks)]
    return Plan(str(chart), "\n".join(text), root)


def _explained(sql: str, url: str | None, params: Any) -> dict[str, Any]:
    options = "ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON"
    with linked(url) as link, link.cursor() as cursor:
        if params is not None:
            sql = cursor.mogrify(sql, params).decode("utf-8")
        cursor.execute("BEGIN")
        cursor.execute(_SETTINGS)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        found: Any = cursor.fetchone()
        for _ in range(1 if _changes(found[0][0]["Plan"]) else 2):
            cursor.execute(f"EXPLAIN ({options}) {sql}")
            found = cursor.fetchone()
        cursor.execute("ROLLBACK")
    return dict(found[0][0])


def _changes(node: dict[str, Any]) -> bool:
    """Whether the statement writes; then its pages differ from run to run, and are not told."""
    return any(one["Node Type"] in ("ModifyTable", "LockRows") for one in _walk(node))


def _check(trigger: dict[str, Any]) -> str:
    name = trigger.get("Constraint Name") or trigger["Trigger Name"]
    return f"{name} checked, {_times(int(trigger['Calls']))}"


def _draw(chart: Flowchart, root: Step, costliest: Step | None) -> None:
    steps = list(root)
    number = {id(one): f"p{at}" for at, one in enumerate(steps)}
    for one in steps:
        said = [f"{one.role}: {one.kind}" if one.role else one.kind, short(one.on, 44)]
        said += [short(line, 60) for line in one.conditions]
        said += [", ".join(_counts(one)), ", ".join(one.notes)]
        said += ["costliest"] if one is costliest else []
        style = "costliest" if one is costliest else "never" if not one.loops else ""
        chart.add(box(number[id(one)], *said, style=style))
    for one in steps:
        for below in one.steps:
            chart.add(number[id(below)], "-.->" if below.role else "-->", number[id(one)])


def _lines(one: Step, costliest: Step | None, first: str = "", rest: str = "") -> Iterator[str]:
    """The tree as text; `first` and `rest` are what stands before its first line and the others."""
    on = f" on {one.on}" if one.on and " on " not in one.on else f" using {one.on}" if one.on else ""
    role = f"{one.role}: " if one.role else ""
    mark = "  ← costliest" if one is costliest else ""
    yield f"{first}{role}{one.kind}{on}{mark}"
    bar = "│  " if one.steps else "   "
    for line in filter(None, [*one.conditions, ", ".join([*_counts(one), *one.notes])]):
        yield f"{rest}{bar}{short(line, 100)}"
    for at, below in enumerate(one.steps):
        last = at == len(one.steps) - 1
        branch, stem = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _lines(below, costliest, rest + branch, rest + stem)


def _counts(one: Step) -> list[str]:
    rows = f"{one.rows} row{'s' * (one.rows != 1)}"
    if not one.loops or one.kind in _CHANGES and not one.rows:  # no RETURNING
        return []
    said = [rows + (f" in {one.loops} runs" if one.loops > 1 else "")]
    said += [f"{one.thrown_away} thrown away"] if one.thrown_away else []
    return said + ([f"{one.pages} page{'s' * (one.pages != 1)}"] if one.pages else [])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
