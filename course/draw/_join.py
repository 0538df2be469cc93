"""A join as matched rows: each row of both tables, and a link for each row of the result."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import errors

from course.base.errors import CourseError
from course.base.sql import as_psql, one_line
from course.base.text import columns, short
from course.draw._query import clauses, text_of
from course.draw.mermaid import ROUND, Flowchart, Picture, box, limited, word
from course.postgres.page_link import linked

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


_Show = Mapping[str, Sequence[str]] | None
_LARGEST = 200  # rows of a table
_UNSUITABLE = ("UNION", "INTERSECT", "EXCEPT")


@dataclass(frozen=True)
class _Side:
    """One side of a join: its name in the query, its table, and each row's label by its place (ctid)."""

    name: str
    table: str
    rows: dict[str, str]


@dataclass(frozen=True)
class _Joined:
    """Two sides and, for each result row, the place of the row on each; None where a side gave no row."""

    said: str
    left: _Side
    right: _Side
    pairs: list[tuple[str | None, str | None]]


def _joined(query: Any, left: Any, right: Any, url: str | None, params: Any, show: _Show) -> _Joined:
    """Run what stands between SELECT and GROUP BY again, and ask which rows it put together.

    Raises CourseError when it is no join of two tables, and psycopg2's own errors.
    """
    head, source = _parts(text_of(query))
    with linked(url) as link, link.cursor() as cursor:
        if params is not None:
            source = cursor.mogrify(source, params).decode("utf-8")
            head = cursor.mogrify(head, params).decode("utf-8") if head else ""
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = _tables(cursor, head, source)
        names = _names(tables, source, left, right)
        sides = [_side(cursor, name, tables[name], (show or {}).get(name)) for name in names]
        places = ", ".join(f"{_quoted(name)}.ctid::text" for name in names)
        try:
            cursor.execute(f"{head}SELECT {places} {source}")
        except (errors.UndefinedTable, errors.UndefinedColumn):
            raise CourseError(
                f"{' or '.join(names)} is no table of this FROM clause itself: it stands inside a "
                "subquery, a WITH or a view. draw.join() can follow rows only to tables joined directly."
            ) from None
        order = [{place: at for at, place in enumerate(side.rows)} for side in sides]
        pairs = sorted(
            cursor.fetchall(),
            key=lambda pair: [known.get(place, len(known)) for known, place in zip(order, pair, strict=True)],
        )
        return _Joined(_said(cursor, source, names, tables), sides[0], sides[1], pairs)


def _parts(sql: str) -> tuple[str, str]:
    """What stands before SELECT (a WITH), and FROM … WHERE …, without grouping, order and limits."""
    found = clauses(sql)
    words = [word for word, _, _ in found]
    if bad := [word for word in words if word in _UNSUITABLE]:
        raise CourseError(f"draw.join() draws one SELECT, not two put together with {bad[0]}.")
    if words[:2] != ["SELECT", "FROM"]:
        raise CourseError("draw.join() needs a query of the form SELECT … FROM … JOIN ….")
    rest = [start for word, start, _ in found[2:] if word != "WHERE"]
    return sql[: found[0][1]], sql[found[1][1] : rest[0] if rest else None].rstrip()


def _side(cursor: Any, name: str, table: str, show: Sequence[str] | None) -> _Side:
    cursor.execute(
        """SELECT attname FROM pg_attribute
        JOIN pg_index ON indrelid = attrelid AND indisprimary AND attnum = ANY (indkey)
        WHERE attrelid = %s::regclass ORDER BY array_position(indkey::int[], attnum::int)""",
        [table],
    )
    key = ", ".join(_quoted(row[0]) for row in cursor.fetchall())
    wanted = ", ".join(map(_quoted, show)) if show else "*"
    cursor.execute(f"SELECT ctid::text, {wanted} FROM {table} ORDER BY {key or 'ctid'}")
    if cursor.rowcount > _LARGEST:
        raise CourseError(
            f"The table {name} has {cursor.rowcount} rows, too many to draw each of them. Draw the join "
            f"of a few rows (at most {_LARGEST} in a table); how a large one is done, draw.plan() shows."
        )
    last = None if show else 3
    rows = {row[0]: short(" ".join(as_psql(value) for value in row[1:last]), 30) for row in cursor.fetchall()}
    return _Side(name, table, rows)


def _said(cursor: Any, source: str, names: tuple[str, str], tables: dict[str, str]) -> str:
    """The FROM clause on one line; with the columns that a NATURAL JOIN compares."""
    line = one_line(source)
    if len(tables) != 2 or not re.search(r"\bnatural\b", source, re.IGNORECASE):
        return line
    cursor.execute(
        """SELECT a.attname FROM pg_attribute AS a JOIN pg_attribute AS b USING (attname)
        WHERE a.attrelid = %s::regclass AND b.attrelid = %s::regclass AND a.attnum > 0 AND b.attnum > 0
        AND NOT a.attisdropped AND NOT b.attisdropped ORDER BY a.attnum""",
        [tables[name] for name in names],
    )
    common = ", ".join(row[0] for row in cursor.fetchall())
    if not common:
        return f"{line}\nNATURAL found no column name that both have: every row with every row"
    return f"{line}\nNATURAL compares every column name that both have: {common}"


_Pair = tuple[str | None, str | None]
MOST_ROWS = 6  # rows of one side in one picture
LONGEST = 30  # links that are told in its text


def join(
    query: Any,
    left: Any = None,
    right: Any = None,
    url: str | None = None,
    *,
    params: Any = None,
    show: Mapping[str, Sequence[str]] | None = None,
) -> Picture:
    """The rows of two tables, and one link for each row that the join's result has.

    `query`: SQL text (with `params` for %s) or a SQLAlchemy select(). `left`, `right`: the two tables as the
    query names them (their alias, where there is one), or mapped classes; without them, the first two of the
    FROM clause. `show`: the columns that label a table's rows, {"posts": ["id", "owner_id"]}; else its
    first two. Drawn is what FROM and WHERE give, before it is grouped, ordered or limited. A row that matched
    nothing and stays in the result is linked to NULL; a grey one is not in the result.
    Raises CourseError when there are no two tables or one is large, and psycopg2's own errors.
    """
    found = _joined(query, left, right, url, params, show)
    links = Counter(found.pairs)
    look: dict[str, Any] = {"nodeSpacing": 14, "rankSpacing": 150, "padding": 8, "curve": "linear"}
    chart = Flowchart("LR", found.said, **look, subGraphTitleMargin={"top": 4, "bottom": 14})
    _column(chart, "l", found.left, list(links))
    _column(chart, "r", found.right, [(right, left) for left, right in links], found.left)
    _connect(chart, found, links)
    chart.styles(lost="stroke-dasharray:3 4,fill:none,opacity:0.7", null="stroke-dasharray:3 4")
    return Picture(str(chart), _text(found, links))


def _column(
    chart: Flowchart, letter: str, side: _Side, links: list[_Pair], facing: _Side | None = None
) -> None:
    """The rows of one side in a frame; NULL among them where the result has none of them.

    `links`: each with the row of this side first. `facing`: the other side, which was drawn before.
    """
    used = {place for place, _ in links}
    shown, more = limited(side.rows.items(), MOST_ROWS)
    nodes = [
        box(f"{letter}{at}", said, style="" if place in used else "lost")
        for at, (place, said) in enumerate(shown)
    ]
    nodes += [box(f"{letter}more", more, style="lost")] if more else []
    if None in used:
        null = word(f"{letter}null", "NULL", ROUND, "null")
        nodes.insert(0 if _high(links, facing) else len(nodes), null)
    with chart.group(letter, side.name):
        for one in nodes or [box(f"{letter}none", "no rows", style="lost")]:
            chart.add(one)


def _high(links: list[_Pair], facing: _Side | None) -> bool:
    """Whether NULL's partners stand in the upper half: there it goes too, or its lines would cross others."""
    rows = list(facing.rows) if facing else []
    places = [rows.index(other) for place, other in links if place is None and other in rows]
    return bool(places) and sum(places) / len(places) < (len(rows) - 1) / 2


def _connect(chart: Flowchart, found: _Joined, links: Counter[_Pair]) -> None:
    linked = False
    for (left, right), times in links.items():
        start, end = _end("l", found.left, left), _end("r", found.right, right)
        if start and end:
            linked = True
            arrow = "-.-" if None in (left, right) else "---"
            chart.add(start, f"{arrow}{f'|× {times}|' if times > 1 else ''}", end)
    if not linked:  # or the two columns would be drawn as rows
        starts, ends = _ends("l", found.left), _ends("r", found.right)
        if not links:
            said = box("none", "no row of the one", "matches a row of the other", shape=ROUND)
            chart.add(starts[(len(starts) - 1) // 2], "~~~", said, "~~~", ends[(len(ends) - 1) // 2])
        for at in range(max(len(starts), len(ends))):
            chart.add(starts[min(at, len(starts) - 1)], "~~~", ends[min(at, len(ends) - 1)])


def _ends(letter: str, side: _Side) -> list[str]:
    return [f"{letter}{at}" for at in range(min(len(side.rows), MOST_ROWS))] or [f"{letter}none"]


def _end(letter: str, side: _Side, place: str | None) -> str:
    if place is None:
        return f"{letter}null"
    at = list(side.rows).index(place)
    return f"{letter}{at}" if at < MOST_ROWS else ""


def _text(found: _Joined, links: Counter[_Pair]) -> str:
    rows = [(found.left.name, "", found.right.name, "")]
    shown, more = limited(links.items(), LONGEST)
    for (left, right), times in shown:
        ends = [
            "NULL" if place is None else side.rows[place]
            for side, place in ((found.left, left), (found.right, right))
        ]
        rows.append((ends[0], "–", ends[1], f"× {times}" if times > 1 else ""))
    count = sum(links.values())
    lines = [found.said, "", columns(rows), *([more] if more else [])]
    lines.append(f"({count} row{'s' * (count != 1)})")
    for at, side in enumerate((found.left, found.right)):
        used = {pair[at] for pair in links}
        lost, more = limited((said for place, said in side.rows.items() if place not in used), LONGEST)
        if lost:
            lines.append(f"not in the result, of {side.name}: {', '.join(lost)} {more}".rstrip())
    return "\n".join(lines)
