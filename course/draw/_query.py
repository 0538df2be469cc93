"""A query as SQL text, and where its clauses begin.

sqlglot and pglast read SQL whole; neither is in the lock, and only the outermost keywords matter here.
"""

import re
from typing import Any

from course.base.errors import CourseError

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?P<open>\() | (?P<close>\)) | (?P<end>;) | \bdistinct\s+from\b
    | \b(?P<word>select|from|where|group\s+by|having|window|union|intersect|except
        |order\s+by|limit|offset|fetch|for)\b""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_WORDS = re.compile(r"\s+")


def text_of(query: Any) -> str:
    """The SQL of a query: text as it is, a SQLAlchemy statement with its values put in.

    Raises CourseError for anything else, and for more than one statement.
    """
    text = query if isinstance(query, str) else _compiled(query)
    text = text.strip().rstrip(";").rstrip()
    if any(word == ";" for word, _, _ in clauses(text)):
        raise CourseError(
            "This picture is of one statement, and there are several: leave one, without a `;`."
        )
    return text


def clauses(sql: str) -> list[tuple[str, int, int]]:
    """The keywords outside of brackets, texts and comments: each in capitals, its start and its end."""
    depth, found = 0, []
    for token in _TOKEN.finditer(sql):
        depth += bool(token["open"]) - bool(token["close"])
        word = token["word"] or token["end"]
        if word and not depth:
            found.append((_WORDS.sub(" ", word).upper(), token.start(), token.end()))
    return found


def _compiled(query: Any) -> str:
    statement = getattr(query, "statement", query)  # a legacy Query has its select() inside
    if not hasattr(statement, "compile"):
        raise CourseError(
            f"A query is SQL text or a SQLAlchemy statement such as select(Post), not {type(query).__name__}."
        )
    from sqlalchemy.dialects.postgresql import psycopg2
    from sqlalchemy.exc import CompileError

    # "named": with psycopg2's own style each % would be doubled, and nothing here halves it again.
    dialect = psycopg2.dialect(paramstyle="named")  # type: ignore[no-untyped-call,unused-ignore]
    try:
        return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except CompileError:  # SQLAlchemy has no literals of some types, such as a search configuration
        compiled = statement.compile(dialect=psycopg2.dialect())  # type: ignore[no-untyped-call,unused-ignore]
        return str(compiled) % {name: _quoted(value) for name, value in compiled.params.items()}


def _quoted(value: Any) -> str:
    """A value as psycopg2 would send it."""
    from psycopg2.extensions import adapt

    adapted = adapt(value)
    if hasattr(adapted, "encoding"):
        adapted.encoding = "utf-8"
    return str(adapted.getquoted().decode("utf-8"))
