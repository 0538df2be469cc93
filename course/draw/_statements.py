"""The statements that the server received, session by session, as a sequence."""

from collections.abc import Iterable

from course.base.sql import parameter_literal
from course.base.text import columns, short
from course.draw.mermaid import Picture, SequenceDiagram, limited, wrapped
from course.look.log_format import Statement

MOST_STATEMENTS = 20  # statements in one picture
WIDE = 56  # characters in a line of the picture
_BEGIN, _END = ("BEGIN", "START TRANSACTION"), ("COMMIT", "ROLLBACK", "END", "ABORT")


def statements(seen: Iterable[Statement]) -> Picture:
    """Who sent what to PostgreSQL, in order of arrival; a bar on a session's line is its open transaction.

    `seen`: what `look.log()` saw, or a list of its statements. A cross marks a statement that failed. Where
    the server keeps its log to itself, the picture is the sentence that says so.
    """
    found = list(seen)
    missing = getattr(seen, "missing", "")
    names = {name: f"S{at}" for at, name in enumerate(dict.fromkeys(one.session for one in found))}
    lanes = {lane: name for name, lane in names.items()} | {"P": "PostgreSQL"}
    chart = SequenceDiagram("The statements that PostgreSQL received", lanes, width=110, actorMargin=60)
    shown, more = limited(found, MOST_STATEMENTS)
    for one in shown:
        _draw(chart, one, names[one.session])
    chart.note("over P", more)
    chart.note("over P", *(wrapped(missing, WIDE, 9) if missing else []))
    rows = [
        (str(at), one.session, short(one.text, 90), _marked(one)) for at, one in enumerate(found, start=1)
    ]
    return Picture(str(chart), columns(rows) if rows else missing or "nothing was received")


def _draw(chart: SequenceDiagram, one: Statement, lane: str) -> None:
    word = one.text.strip().rstrip(";").upper()
    said = wrapped(one.text, WIDE, 3)
    if one.parameters:
        values = ", ".join(
            f"${at} = {parameter_literal(value)}" for at, value in enumerate(one.parameters, start=1)
        )
        said.append(short(values, WIDE))
    chart.message(lane, "->>", "P", *said)
    if word.startswith(_BEGIN):
        chart.bar(lane, True)
    if one.error:
        chart.failure("P", lane, wrapped(one.error, WIDE, 2))
    elif word.startswith(_END) and not word.startswith("ROLLBACK TO"):
        chart.bar(lane, False)


def _marked(one: Statement) -> str:
    return " · ".join(one.notes())
