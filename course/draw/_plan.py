"""How PostgreSQL answers a query: the tree of its plan, with rows and pages of each step, and no times."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from course.base.text import short
from course.draw._query import text_of
from course.draw.mermaid import BOLD, DASHED, Flowchart, Picture, box, wrapped
from course.postgres.page_link import linked


def _own_pages(root: dict[str, Any]) -> dict[int, int]:
    """The pages that each node touched itself, by the node's id."""
    own: dict[int, int] = {}
    for node in _walk(root):
        own[id(node)] = own.get(id(node), 0) + _touched(node)
        for child in node.get("Plans", []):
            # An InitPlan runs when its value is first asked for, and is counted there.
            asking = _asking(node, child) if child.get("Parent Relationship") == "InitPlan" else node
            own[id(asking)] = own.get(id(asking), 0) - _touched(child)
    return {key: max(value, 0) for key, value in own.items()}


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node and those below, from the top down."""
    yield node
    for child in node.get("Plans", []):
        yield from _walk(child)


def _asking(parent: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """The node at or below `parent` that uses the value of an InitPlan of its own, or reads a CTE."""
    name = str(plan.get("Subplan Name", ""))
    inside = {id(node) for node in _walk(plan)}
    for node in _walk(parent):
        said = " ".join(str(value) for key, value in node.items() if key != "Plans")
        asks = f"({name})" in said or f"CTE {node.get('CTE Name')}" == name
        if asks and id(node) not in inside and node is not plan:
            return node
    return parent


def _touched(node: dict[str, Any]) -> int:
    kinds = ("Shared Hit", "Shared Read", "Local Hit", "Local Read")
    return sum(int(node.get(f"{kind} Blocks", 0)) for kind in kinds)


ROWS_PER_PAGE = 100  # PostgreSQL's own costs: a page read in order 1, a row handled 0.01
_ON, _FILTER = ("Hash Cond", "Merge Cond", "Join Filter"), ("Filter", "One-Time Filter")
_CONDITIONS = {"Index Cond": "index"} | dict.fromkeys(_ON, "on") | dict.fromkeys(_FILTER, "filter")
_KEYS = {"Sort Key": "by", "Presorted Key": "sorted by", "Group Key": "by", "Cache Key": "by"}
_STRATEGIES = {"Sorted": "Group", "Hashed": "Hash", "Mixed": "Mixed", "Plain": ""}
_READING = ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid ", "Sample Scan")
WIDE = 34  # characters in a line of a box
_OPERATORS = {"!~~*": "NOT ILIKE", "~~*": "ILIKE", "!~~": "NOT LIKE", "~~": "LIKE"}


@dataclass
class PlanNode:
    """One node of a plan.

    `rows`: that it gave in all its `loops`; `thrown_away`: that a condition
    of its own refused; `pages`: 8 kB pages that it touched itself, None where that is not known.
    """

    kind: str
    on: str
    conditions: list[str]
    rows: int
    loops: int
    thrown_away: int
    pages: int | None
    role: str = ""
    notes: list[str] = field(default_factory=list)
    steps: list["PlanNode"] = field(default_factory=list)

    @property
    def reads_table(self) -> bool:
        """Whether it takes rows out of a table (a bitmap's index gives only their places)."""
        return self.kind.startswith(_READING)

    @property
    def work(self) -> float:
        """What the step did itself, counted in pages: those it touched, and the rows it handled."""
        handled = self.rows + self.thrown_away + sum(step.rows for step in self.steps)
        return (self.pages or 0) + handled / ROWS_PER_PAGE

    def __iter__(self) -> Iterator["PlanNode"]:
        """This step and those below, from the top down."""
        yield self
        for step in self.steps:
            yield from step


def _step(node: dict[str, Any], *, pages: bool, touched: dict[int, int] | None = None) -> PlanNode:
    """A node of EXPLAIN (FORMAT JSON) as a step; `pages`: count those that it touched itself."""
    below = node.get("Plans", [])
    own = _own_pages(node) if touched is None else touched
    loops, rows = int(node["Actual Loops"]), node["Actual Rows"]
    thrown = sum(value for key, value in node.items() if key.startswith("Rows Removed by "))
    return PlanNode(
        kind=_kind(node),
        on=_on(node),
        conditions=_conditions(node),
        rows=round(rows * loops),
        loops=loops,
        thrown_away=round(thrown * loops),
        pages=own[id(node)] if pages else None,
        role=_role(node),
        notes=_notes(node),
        steps=[_step(one, pages=pages, touched=own) for one in below],
    )


def _kind(node: dict[str, Any]) -> str:
    kind, join = str(node["Node Type"]), node.get("Join Type", "Inner")
    if kind == "ModifyTable":
        return str(node["Operation"])
    if kind == "Aggregate":
        return f"{_STRATEGIES.get(node.get('Strategy', ''), '')}Aggregate"
    if join != "Inner" and kind in ("Hash Join", "Merge Join"):
        return kind.replace("Join", f"{join} Join")
    if join != "Inner" and kind == "Nested Loop":
        return f"{kind} {join} Join"
    return f"{kind} Backward" if node.get("Scan Direction") == "Backward" else kind


def _on(node: dict[str, Any]) -> str:
    table, index = node.get("Relation Name", ""), node.get("Index Name", "")
    table = table or node.get("CTE Name", "") or node.get("Function Name", "")
    alias = node.get("Alias", table)
    named = f"{table} {alias}" if alias and alias != table else table
    return f"{index} on {named}" if index and named else index or named


def _conditions(node: dict[str, Any]) -> list[str]:
    found = [f"{word}: {_plain(node[key])}" for key, word in _CONDITIONS.items() if key in node]
    return found + [f"{word}: {_plain(', '.join(node[key]))}" for key, word in _KEYS.items() if key in node]


def _plain(condition: str) -> str:
    """A condition without the types of its literals, with LIKE for ~~ and without the outermost brackets."""
    text = re.sub(r"('(?:[^']|'')*')::[a-z_]\w*(?: [a-z]+)*(?:\[\])?", r"\1", condition)
    for sign, word in _OPERATORS.items():
        text = text.replace(f" {sign} ", f" {word} ")
    return text[1:-1] if _enclosed(text) else text


def _enclosed(text: str) -> bool:
    """Whether the first bracket closes with the last one. Brackets inside of literals are taken as such."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth < 1:
            return at > 0 and at == len(text) - 1
    return False


def _role(node: dict[str, Any]) -> str:
    named = node.get("Subplan Name", "")
    return str(named) if node.get("Parent Relationship") in ("InitPlan", "SubPlan") else ""


def _notes(node: dict[str, Any]) -> list[str]:
    notes = []
    if node["Actual Loops"] == 0:
        notes.append("never ran")
    if node.get("Sort Method"):
        on_disk = node.get("Sort Space Type") == "Disk"
        notes.append(f"{node['Sort Method']}{', on disk' if on_disk else ''}")
    if node.get("Hash Batches", 1) > 1 or node.get("HashAgg Batches", 1) > 1:
        notes.append("did not fit into memory")
    return notes


_CHANGES = ("Insert", "Update", "Delete", "Merge")
_SETTINGS = "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; "
_SETTINGS += "SET LOCAL synchronize_seqscans = off"


@dataclass(frozen=True)
class Plan(Picture):
    """The picture of a plan; `root`: its top step."""

    root: PlanNode

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
    def costliest(self) -> PlanNode:
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
    costliest = None if changes else max(root, key=lambda one: one.work)  # of a change, pages are not known
    title = "The plan of the query"
    chart = Flowchart("BT", title, nodeSpacing=24, rankSpacing=34, padding=8, wrappingWidth=420)
    _draw(chart, root, costliest)
    for at, each in enumerate(checks):
        chart.add(box(f"t{at}", *wrapped(each, 26, 3)), "-.->", "p0")
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


def _draw(chart: Flowchart, root: PlanNode, costliest: PlanNode | None) -> None:
    steps = list(root)
    number = {id(one): f"p{at}" for at, one in enumerate(steps)}
    for one in steps:
        said = [f"{one.role}: {one.kind}" if one.role else one.kind, short(one.on, 44)]
        said += [line for each in one.conditions for line in wrapped(short(each, 60), WIDE, 2)]
        counts = _counts(one)  # a long line makes a wide box, and steps stand beside each other
        said += [*(counts if len(", ".join(counts)) > WIDE else [", ".join(counts)]), ", ".join(one.notes)]
        said += ["costliest"] if one is costliest else []
        style = "costliest" if one is costliest else "never" if not one.loops else ""
        chart.add(box(number[id(one)], *said, style=style))
    for one in steps:
        for below in one.steps:
            chart.add(number[id(below)], "-.->" if below.role else "-->", number[id(one)])


def _lines(one: PlanNode, costliest: PlanNode | None, first: str = "", rest: str = "") -> Iterator[str]:
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


def _counts(one: PlanNode) -> list[str]:
    rows = f"{one.rows} row{'s' * (one.rows != 1)}"
    if not one.loops or one.kind in _CHANGES and not one.rows:  # no RETURNING
        return []
    said = [rows + (f" in {one.loops} runs" if one.loops > 1 else "")]
    said += [f"{one.thrown_away} thrown away"] if one.thrown_away else []
    return said + ([f"{one.pages} page{'s' * (one.pages != 1)}"] if one.pages else [])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
