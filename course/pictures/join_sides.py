"""Which tables a FROM clause joins, and which two of them a picture is about."""

import re
from typing import Any

from course.base.errors import CourseError

_ELIMINATION = "enable_self_join_elimination"


def _tables(cursor: Any, head: str, source: str) -> dict[str, str]:
    """The tables of the FROM clause by the name they have in it, as PostgreSQL understands it."""
    # A planner of version 18 or later leaves out a table that is joined to itself by its key.
    cursor.execute(f"SELECT set_config(name, 'off', true) FROM pg_settings WHERE name = '{_ELIMINATION}'")
    cursor.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {head}SELECT * {source}")
    found: dict[str, str] = {}
    todo = [cursor.fetchone()[0][0]["Plan"]]
    while todo:
        node = todo.pop(0)
        todo += node.get("Plans", [])
        if "Relation Name" in node:
            found[node["Alias"]] = f"{_quoted(node['Schema'])}.{_quoted(node['Relation Name'])}"
    return found


def _names(known: dict[str, str], source: str, left: Any, right: Any) -> tuple[str, str]:
    """The two sides of a FROM clause: those that were asked for, else the first two. Raises CourseError."""

    def place(name: str) -> int:
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", source)
        return match.start() if match else len(source)

    inside = sorted((name for name in known if place(name) < len(source)), key=place)
    given = [_plain(one) for one in (left, right)]
    free = [name for name in inside if name not in given]
    chosen = [name if name else free.pop(0) if free else "" for name in given]
    if missing := [name for name in chosen if name not in known]:
        there = " and ".join(inside) or "none"
        about = f"no table {missing[0]}" if missing[0] else "only one table"
        raise CourseError(
            f"There is {about} in this FROM clause. Its tables, as the query names them: {there}. "
            "A table joined to itself needs a name for each side: FROM users AS ana JOIN users AS ben ON …"
        )
    return chosen[0], chosen[1]


def _plain(side: Any) -> str:
    """The name of a side: itself, or that of the table (or alias) behind a mapped class; "" for None."""
    if side is None or isinstance(side, str):
        return side or ""
    from sqlalchemy import inspect

    return str(inspect(side).selectable.name)


def _quoted(name: str) -> str:
    """A name as SQL takes it, whatever letters it has."""
    return '"' + name.replace('"', '""') + '"'
