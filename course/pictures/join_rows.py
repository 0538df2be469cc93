"""Which rows a join put together, asked of the live database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import errors

from course.base.errors import CourseError
from course.base.sql import as_psql, one_line
from course.base.text import short
from course.pictures.join_sides import _names, _quoted, _tables
from course.pictures.sql_text import clauses, text_of
from course.postgres.connection import linked

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
