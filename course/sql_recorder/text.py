"""A tape as text: transactions as brackets around their statements, the rows beside them."""

from dataclasses import dataclass

from course.base.sql import WIDE, wrapped
from course.sql_recorder.events import Event

_WORDS = {"begin": "BEGIN", "commit": "COMMIT", "rollback": "ROLLBACK"}


@dataclass
class _Line:
    connection: int
    text: str
    note: str
    depth: int


def shown(events: list[Event]) -> str:
    """The tape's text, without its last line."""
    lines, together, still = _lines([one for one in events if one.kind in (*_WORDS, "statement")])
    head = "connection {}  " if together else ""
    blocks = []
    for line in lines:
        before = head.format(line.connection) + "  " * line.depth
        room = WIDE - len(before) - (12 if line.note else 0)
        blocks.append((before, wrapped(line.text, room), line.note))
    ends = [len(before) + len(part) for before, text, _ in blocks for part in text[-1:]]
    column = max(end for end, (_, _, note) in zip(ends, blocks, strict=True) if note or end == max(ends))
    out: list[str] = []
    for before, text, note in blocks:
        rows = [before + text[0], *(" " * len(before) + part for part in text[1:])]
        out += rows if not note else _noted(rows, note, column, len(before))
    return "\n".join([*out, *still])


def _noted(rows: list[str], note: str, column: int, indent: int) -> list[str]:
    """A short note beside the statement, a long one (an error) below it."""
    if "✗" in note and len(note) > 12:
        return [*rows, *(" " * (indent + 4) + part for part in wrapped(note, WIDE - indent - 4))]
    return [*rows[:-1], f"{rows[-1]:<{column}}  {note}"]


def _lines(events: list[Event]) -> tuple[list[_Line], bool, list[str]]:
    """The lines, whether two connections were in use at once, and what is still open at the end."""
    depth: dict[int, int] = {}
    lines: list[_Line] = []
    together = False
    for one in events:
        here, inside = one.connection, depth.get(one.connection, 0)
        if one.kind == "statement" and one.sent:
            word = one.sent.sql.upper()
            if word.startswith(("RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")) and inside > 1:
                inside = depth[here] = inside - 1
            if not inside and one.sent.transaction:
                lines.append(_Line(here, "(in a transaction that was open before)", "", 0))
                inside = depth[here] = 1
            lines.append(_Line(here, one.sent.text, one.sent.note, inside))
            if word.startswith("SAVEPOINT"):
                depth[here] = inside + 1
        else:
            depth[here] = 1 if one.kind == "begin" else 0
            lines.append(_Line(here, _WORDS[one.kind], one.text, 0))
        together = together or sum(map(bool, depth.values())) > 1
    still = [here for here, inside in sorted(depth.items()) if inside]
    said = "(the transaction is still open)"
    return lines, together, [f"connection {here}  {said}" if together else said for here in still]
