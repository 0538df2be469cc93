"""The tables of a database and what ties them together, read from its catalog."""

import re
from dataclasses import dataclass

from course.base.text import columns
from course.draw.mermaid import Diagram, Picture, escaped
from course.look._query import run

MOST_TABLES = 12  # tables in one picture
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       coalesce(bool_or(k.contype = 'p'), false), coalesce(bool_or(k.contype = 'f'), false),
       coalesce(bool_or(k.contype = 'u' AND cardinality(k.conkey) = 1), false)
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND a.attnum = ANY (k.conkey)
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
GROUP BY c.relname, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull
ORDER BY c.relname, a.attnum
"""
_REFERENCES = """
SELECT child.relname, parent.relname, k.confdeltype::text,
       array_agg(a.attname::text ORDER BY a.attnum), bool_and(a.attnotnull),
       EXISTS (SELECT FROM pg_constraint AS one WHERE one.conrelid = k.conrelid AND one.contype IN ('p', 'u')
               AND one.conkey <@ k.conkey)
FROM pg_constraint AS k
JOIN pg_class AS child ON child.oid = k.conrelid
JOIN pg_class AS parent ON parent.oid = k.confrelid
JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
GROUP BY k.oid, k.conname, k.conrelid, k.conkey, k.confdeltype, child.relname, parent.relname
ORDER BY child.relname, parent.relname, k.conname
"""
_ON_DELETE = {"c": "on delete cascade", "n": "on delete set null", "d": "on delete set default"}
_SHORTER = {
    "character varying": "varchar",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "double precision": "float8",
    "time without time zone": "time",
}


@dataclass
class _Reference:
    child: str
    parent: str
    said: str
    required: bool
    single: bool


def schema(url: str | None = None) -> Picture:
    """The tables with their columns, keys (PK, FK, UK) and references, as the catalog has them."""
    rows = run(_COLUMNS, url=url).rows
    references = [_reference(*row) for row in run(_REFERENCES, url=url).rows]
    names = list(dict.fromkeys(row[0] for row in rows))
    look = {"entityPadding": 9, "minEntityHeight": 30, "nodeSpacing": 15, "rankSpacing": 60}
    chart = Diagram("erDiagram", "The tables of the database", er=look)
    plain: list[str] = []
    for at, name in enumerate(names):
        own = [row[1:] for row in rows if row[0] == name]
        if at < MOST_TABLES:
            with chart.block(f"{_entity(name)} {{", "}"):
                for row in own:
                    chart.add(_attribute(*row))
        plain += [name, *_indented(columns([_plain(*row) for row in own]))]
    for one in references:
        if {one.child, one.parent} <= set(names[:MOST_TABLES]):
            chart.add(_relation(one))
    plain += [f"{one.child} → {one.parent}: {one.said}" for one in references]
    return Picture(str(chart), "\n".join(plain) or "no tables")


def _reference(
    child: str, parent: str, on_delete: str, names: list[str], required: bool, single: bool
) -> _Reference:
    said = [", ".join(names), *([_ON_DELETE[on_delete]] if on_delete in _ON_DELETE else [])]
    return _Reference(child, parent, " · ".join(said), required, single)


def _attribute(name: str, kind: str, required: bool, primary: bool, foreign: bool, unique: bool) -> str:
    keys = ", ".join(_keys(primary, foreign, unique))
    note = "" if required else '"null allowed"'
    return " ".join(filter(None, [_word(_type(kind)), _word(name), keys, note]))


def _plain(
    name: str, kind: str, required: bool, primary: bool, foreign: bool, unique: bool
) -> tuple[str, ...]:
    return name, _type(kind), " ".join(_keys(primary, foreign, unique)), "" if required else "null allowed"


def _keys(primary: bool, foreign: bool, unique: bool) -> list[str]:
    return [name for name, here in (("PK", primary), ("FK", foreign), ("UK", unique)) if here]


def _type(kind: str) -> str:
    for long, brief in _SHORTER.items():
        kind = kind.replace(long, brief)
    return kind


def _word(text: str) -> str:
    """Mermaid takes a type or a column only as one word, without a comma or a sign it knows."""
    return re.sub(
        r"[^\w()\[\]‚-]", "_", text.replace(",", "‚").replace('"', "")
    )  # a comma that is a letter to it


def _entity(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else f'"{escaped(name)}"'


def _relation(one: _Reference) -> str:
    parent = "||" if one.required else "|o"
    child = "o|" if one.single else "o{"
    # Short lines: long ones push the tables apart, and the picture out of the page.
    said = escaped(*one.said.replace("on delete ", "on delete · ").split(" · "))
    return f'{_entity(one.parent)} {parent}--{child} {_entity(one.child)} : "{said}"'


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
