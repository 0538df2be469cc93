"""Small slips in SQL that stands in a string: each way to spoil it a little.

sqlglot was considered: it writes a whole statement anew, so a slip would not be seen in the diff, and it
does not read a part of a statement.
"""

import re
from collections.abc import Iterator

_IS_SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|VALUES|WHERE|ORDER BY|GROUP BY|HAVING|LIMIT"
    r"|JOIN|RETURNING|EXISTS|FROM|SET)\b"
)
_CLAUSE_ENDS = (
    r"(?=\s*(?:\b(?:WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|OFFSET|RETURNING|FOR UPDATE|ON CONFLICT|UNION)\b"
    r"|;|\Z))"
)
_OTHER = {
    "ASC": "DESC", "DESC": "ASC", "AND": "OR", "OR": "AND", "IS NULL": "IS NOT NULL",
    "IS NOT NULL": "IS NULL",
    "NOT EXISTS": "EXISTS", "EXISTS": "NOT EXISTS", "LEFT JOIN": "JOIN", "ILIKE": "LIKE", "NOT IN": "IN",
    "min": "max", "max": "min", "sum": "count", "FIRST": "LAST", "LAST": "FIRST", "ALWAYS": "BY DEFAULT",
    "CASCADE": "RESTRICT", "RESTRICT": "CASCADE", "DO UPDATE": "DO NOTHING", "UNION ALL": "UNION",
    "timestamptz": "timestamp", "bigint": "integer", "BEFORE": "AFTER", "AFTER": "BEFORE",
}  # fmt: skip
_SWAPPED = re.compile("|".join(rf"\b{word}\b" for word in sorted(_OTHER, key=len, reverse=True)))
_PLAIN_JOIN = re.compile(r"(?<!LEFT )(?<!RIGHT )(?<!FULL )(?<!CROSS )(?<!INNER )(?<!OUTER )\bJOIN\b")
_COMPARISON = re.compile(r"(?<![<>=!:@-])(<=|>=|<>|!=|=|<|>)(?![<>=@])")
_COMPARED = {
    "=": ["<>"], "<>": ["="], "!=": ["="], "<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"],
    ">=": [">", "<="],
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.$%])\d+(?![\w.])")
_LEFT_OUT = [
    re.compile(pattern)
    for pattern in (
        rf"\s*\bWHERE\b.*?{_CLAUSE_ENDS}",
        rf"\s*\bGROUP BY\b.*?{_CLAUSE_ENDS}",
        rf"\s*\bHAVING\b.*?{_CLAUSE_ENDS}",
        rf"\s*\bORDER BY\b.*?(?:{_CLAUSE_ENDS}|(?=\)))",
        rf"\s*\bLIMIT\b.*?(?:{_CLAUSE_ENDS}|(?=\)))",
        rf"\s*\bOFFSET\b.*?{_CLAUSE_ENDS}",
        rf"\s*\bRETURNING\b.*?{_CLAUSE_ENDS}",
        r"\s*\bON CONFLICT\b.*?(?=;|\bRETURNING\b|\Z)",
        r"\s*\bFOR UPDATE\b(?: SKIP LOCKED| NOWAIT)?",
        r"\s*\bSKIP LOCKED\b",
        r"\s*\bNOT NULL\b",
        r"\s*\bUNIQUE\b(?! INDEX)(?: NULLS NOT DISTINCT)?(?!\s*\()",
        r"\s*\bUNIQUE\b(?=\s+INDEX)",
        r"\s*\bNULLS NOT DISTINCT\b",
        r"\s*\bPRIMARY KEY\b(?!\s*\()",
        r"\s*\bREFERENCES\s+\w+(?:\s*\(\w+\))?(?:\s+ON DELETE (?:CASCADE|RESTRICT|SET NULL|NO ACTION))?",
        r"\s*\bON DELETE (?:CASCADE|RESTRICT|SET NULL|NO ACTION)",
        r"\s*\bDEFAULT\s+(?:'[^']*'|[\w.]+(?:\(\))?)",
        r"\s*\bNULLS (?:FIRST|LAST)\b",
        r"\s*\bDISTINCT\b(?: ON \([^)]*\))?",
        r"\s*\bIF (?:NOT )?EXISTS\b",
        r"\s*\bCONCURRENTLY\b",
        r"\s*\bNOT VALID\b",
        r"\s*\bUSING\s+(?!\()[^;,]*::[^;,]*(?=;|,|\Z)",
        r"\s*\b(?:BEFORE|AFTER) '[^']*'",
        r"\s+DESC\b",
        r",\s*\w+\.?\w*(?: DESC)?(?=\s*(?:\bFROM\b|\)|\bLIMIT\b|\Z))",
    )
]
_CALLED = re.compile(
    r"\b(CHECK|UNIQUE|PRIMARY KEY|FOREIGN KEY|coalesce|lower|upper|round)\s*(?=\()", re.IGNORECASE
)
_KEPT = ("coalesce", "lower", "upper", "round")


def is_sql(text: str) -> bool:
    """Whether a string holds SQL or a part of it: the course has its keywords in capitals."""
    return bool(_IS_SQL.search(text))


def slips(text: str) -> Iterator[str]:
    """Each text that differs from this SQL by one slip."""
    yield from _words(text)
    yield from _comparisons(text)
    for found in _NUMBER.finditer(text):
        for number in (int(found[0]) + 1, int(found[0]) - 1):
            yield _put(text, found.start(), found.end(), str(number))
    for pattern in _LEFT_OUT:
        for found in re.finditer(pattern.pattern, text, re.DOTALL):
            yield _put(text, found.start(), found.end(), "")
    for found in re.finditer(r"'[^']+'", text):
        yield _put(text, found.end() - 1, found.end() - 1, "x")
    yield from _conditions(text)
    yield from _calls(text)


def _put(text: str, start: int, end: int, other: str) -> str:
    return text[:start] + other + text[end:]


def _words(text: str) -> Iterator[str]:
    for found in _SWAPPED.finditer(text):
        yield _put(text, found.start(), found.end(), _OTHER[found[0]])
    for found in _PLAIN_JOIN.finditer(text):
        yield _put(text, found.start(), found.end(), "LEFT JOIN")


def _comparisons(text: str) -> Iterator[str]:
    for found in _COMPARISON.finditer(text):
        for other in _COMPARED[found[0]]:
            yield _put(text, found.start(), found.end(), other)


def _conditions(text: str) -> Iterator[str]:
    """One condition of a WHERE left out: with the AND or OR before it, or behind it."""
    for found in re.finditer(
        r"\b(?:AND|OR)\s+(?:NOT )?[\w.]+\s*(?:=|<>|<=|>=|<|>|IS NOT|IS|ILIKE|LIKE)\s*[^\s;)]+", text
    ):
        yield _put(text, found.start(), found.end(), "").replace("  ", " ")
    for found in re.finditer(r"(?<=WHERE )[^;()]*?\b(?:AND|OR)\s+", text):
        yield _put(text, found.start(), found.end(), "")


def _calls(text: str) -> Iterator[str]:
    """CHECK (…) and its likes left out; of coalesce(a, 0) and lower(a) the first argument stays."""
    for found in _CALLED.finditer(text):
        end = _closing(text, found.end())
        inside = text[found.end() + 1 : end - 1]
        kept = inside.rpartition(",")[0] or inside if found[1].lower() in _KEPT else ""
        start = found.start()
        if not kept:
            start, end = _with_comma(text, start, end)
        yield _put(text, start, end, kept)


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place + 1
    return len(text)


def _with_comma(text: str, start: int, end: int) -> tuple[int, int]:
    """A table's constraint goes with the comma before it; a column's has none."""
    before = text[:start].rstrip()
    named = re.search(r"\bCONSTRAINT\s+\w+$", before)
    if named:
        start, before = named.start(), before[: named.start()].rstrip()
    return (len(before) - 1 if before.endswith(",") else len(before)), end
