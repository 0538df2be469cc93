"""The statements that the server received, session by session, as a sequence."""

import textwrap
from collections.abc import Iterable

from course.pictures.picture import Picture, columns, escaped, setting, short
from course.server_log_reading import Statement, literal

MOST = 20  # statements in one picture
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
    lines = [
        setting("sequence", messageAlign="left", mirrorActors=False, width=110, actorMargin=60),
        "sequenceDiagram",
        "    accTitle: The statements that PostgreSQL received",
        *(f"    participant {node} as {escaped(name)}" for name, node in names.items()),
        "    participant P as PostgreSQL",
    ]
    inside: set[str] = set()
    for one in found[:MOST]:
        lines += _drawn(one, names[one.session], inside)
    if len(found) > MOST:
        lines.append(f"    Note over P: and {len(found) - MOST} more")
    lines += [f"    deactivate {node}" for node in sorted(inside)]
    lines += [f"    Note over P: {_wrapped(missing)}"] if missing else []
    rows = [
        (str(at), one.session, short(one.text, 90), _marked(one)) for at, one in enumerate(found, start=1)
    ]
    return Picture("\n".join(lines), columns(rows) if rows else missing or "nothing was received")


def _wrapped(text: str) -> str:
    return "<br/>".join(escaped(line) for line in textwrap.wrap(text, WIDE))


def _drawn(one: Statement, node: str, inside: set[str]) -> list[str]:
    word = one.text.strip().rstrip(";").upper()
    said = textwrap.wrap(short(one.text, WIDE * 3), WIDE) or ["(empty)"]
    if one.parameters:
        values = ", ".join(f"${at} = {literal(value)}" for at, value in enumerate(one.parameters, start=1))
        said.append(short(values, WIDE))
    message = "<br/>".join(escaped(line) for line in said)
    lines = [f"    {node}->>P: {message}"]
    if word.startswith(_BEGIN) and node not in inside:
        lines.append(f"    activate {node}")
        inside.add(node)
    if one.error:
        lines.append(f"    P--x{node}: ✗ {_wrapped(short(one.error, WIDE * 2))}")
    elif word.startswith(_END) and not word.startswith("ROLLBACK TO") and node in inside:
        lines.append(f"    deactivate {node}")
        inside.discard(node)
    return lines


def _marked(one: Statement) -> str:
    return " · ".join(one.notes())
