"""The steps of a query plan, as EXPLAIN told them. No times: they are never the same twice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from course.pictures.plan_pages import _own_pages

ROWS_PER_PAGE = 100  # PostgreSQL's own costs: a page read in order 1, a row handled 0.01
_CONDITIONS = {
    "Index Cond": "index",
    "Hash Cond": "on",
    "Merge Cond": "on",
    "Join Filter": "on",
    "Filter": "filter",
    "One-Time Filter": "filter",
}
_KEYS = {"Sort Key": "by", "Presorted Key": "sorted by", "Group Key": "by", "Cache Key": "by"}
_STRATEGIES = {"Sorted": "Group", "Hashed": "Hash", "Mixed": "Mixed", "Plain": ""}
_READING = ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid ", "Sample Scan")
_OPERATORS = {"!~~*": "NOT ILIKE", "~~*": "ILIKE", "!~~": "NOT LIKE", "~~": "LIKE"}


@dataclass
class Step:
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
    steps: list["Step"] = field(default_factory=list)

    @property
    def reads_table(self) -> bool:
        """Whether it takes rows out of a table (a bitmap's index gives only their places)."""
        return self.kind.startswith(_READING)

    @property
    def work(self) -> float:
        """What the step did itself, counted in pages: those it touched, and the rows it handled."""
        handled = self.rows + self.thrown_away + sum(step.rows for step in self.steps)
        return (self.pages or 0) + handled / ROWS_PER_PAGE

    def __iter__(self) -> Iterator["Step"]:
        """This step and those below, from the top down."""
        yield self
        for step in self.steps:
            yield from step


def _step(node: dict[str, Any], *, pages: bool, touched: dict[int, int] | None = None) -> Step:
    """A node of EXPLAIN (FORMAT JSON) as a step; `pages`: count those that it touched itself."""
    below = node.get("Plans", [])
    own = _own_pages(node) if touched is None else touched
    loops, rows = int(node["Actual Loops"]), node["Actual Rows"]
    thrown = sum(value for key, value in node.items() if key.startswith("Rows Removed by "))
    return Step(
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
