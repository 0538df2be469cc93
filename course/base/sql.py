"""SQL as text: on one line, with its values, wrapped; and values as psql prints them.

sqlparse and SQLAlchemy's `literal_binds` were considered: the first would be one more package for this alone,
the second compiles anew instead of showing what was sent, and refuses many types.
"""

import json
import re
import textwrap
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from course.base.text import short

LONGEST = 40  # characters of one value
WIDE = 88  # characters of one line
_QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""
_PLACES = {
    "pyformat": re.compile(rf"(?P<text>{_QUOTED})|%\((?P<name>[^)]*)\)s|(?P<next>%s)"),
    "format": re.compile(rf"(?P<text>{_QUOTED})|(?P<next>%s)"),
    "qmark": re.compile(rf"(?P<text>{_QUOTED})|(?P<next>\?)"),
    "named": re.compile(rf"(?P<text>{_QUOTED})|(?<!:):(?P<name>\w+)"),
    "numeric": re.compile(rf"(?P<text>{_QUOTED})|(?<!:):(?P<number>\d+)"),
    "numeric_dollar": re.compile(rf"(?P<text>{_QUOTED})|\$(?P<number>\d+)"),
}
_CLAUSE = re.compile(
    r" (?=(?:FROM|WHERE|VALUES|RETURNING|SET|GROUP BY|HAVING|ORDER BY|LIMIT|ON CONFLICT|UNION|FOR UPDATE"
    r"|(?:LEFT OUTER |FULL OUTER |CROSS )?JOIN)\b)"
)


def one_line(sql: str) -> str:
    """The statement with its white space collapsed, but not inside its literals."""
    parts = re.split(f"({_QUOTED})", sql)
    parts[::2] = [re.sub(r"\s+", " ", part) for part in parts[::2]]
    return "".join(parts).strip()


def literal(value: Any) -> str:
    """A value as SQL would spell it, long ones cut."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, (list, tuple)):
        shown = [literal(one) for one in value[:5]] + (["…"] if len(value) > 5 else [])
        return f"ARRAY[{', '.join(shown)}]"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "'\\x" + short(bytes(value).hex(), LONGEST) + "'"
    if isinstance(value, datetime):
        return f"'{value.isoformat(' ')}'"
    if isinstance(value, (date, time)):
        return f"'{value.isoformat()}'"
    adapted = getattr(value, "adapted", value)  # psycopg2 wraps JSON
    return "'" + short(adapted, LONGEST).replace("'", "''") + "'"


def filled(sql: str, parameters: Any, style: str, spell: Callable[[Any], str] = literal) -> str:
    """The statement with its values in place of a driver's placeholders (`style`: DB-API's paramstyle)."""
    named = parameters if isinstance(parameters, Mapping) else {}
    placed = list(parameters) if isinstance(parameters, (list, tuple)) else []
    waiting = iter(placed)

    def put(found: re.Match[str]) -> str:
        groups = found.groupdict()
        try:
            if groups.get("name") is not None:
                return spell(named[groups["name"]])
            if groups.get("number") is not None:
                return spell(placed[int(groups["number"]) - 1])
            return spell(next(waiting)) if groups.get("next") else found[0]
        except (KeyError, IndexError, StopIteration):
            return found[0]

    text = _PLACES.get(style, _PLACES["pyformat"]).sub(put, one_line(sql))
    return text.replace("%%", "%") if style in ("pyformat", "format") else text


def brief(sql: str, longest: int = 30) -> str:
    """The statement with a long list of columns after SELECT or RETURNING as an ellipsis."""
    found = re.match(r"SELECT (?:DISTINCT )?", sql)
    if found:
        depth, at = 0, found.end()
        while at < len(sql) and not (depth == 0 and sql.startswith(" FROM ", at)):
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            at += 1
        if found.end() + longest < at < len(sql):
            sql = f"{found[0]}…{sql[at:]}"
    return re.sub(rf"( RETURNING )[^()]{{{longest},}}$", r"\1…", sql)


def wrapped(text: str, width: int = WIDE) -> list[str]:
    """The text in lines of at most this width, broken before its clauses; later lines are indented."""
    lines = [""]
    for clause in _CLAUSE.split(text) if len(text) > width else [text]:
        if lines[-1].strip() and len(lines[-1]) + 1 + len(clause) > width:
            lines.append("   ")
        together = f"{lines[-1]} {clause}" if lines[-1] else clause
        lines[-1:] = textwrap.wrap(
            together, width, subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return lines


def as_psql(value: Any) -> str:
    """One value as psql prints it, but for NULL, which is spelled out."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "{" + ",".join(map(as_psql, value)) + "}"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def parameter_literal(value: str | None) -> str:
    """A parameter as SQL would spell it."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
