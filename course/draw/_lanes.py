"""Requests at once, a lane for each: what it does in which round, and whether the event loop is free.

A Gantt chart of Mermaid was considered: it needs dates, and here only the order counts.
"""

from itertools import groupby

from course.draw.table import Table, as_html, as_text, row
from course.tracing.at_once import (
    DONE,
    FAILED,
    GONE,
    QUEUED,
    RUNS,
    SENT,
    TURN,
    WAITS,
    WORKS,
    AtOnce,
    Round,
)

MOST_ROUNDS = 20  # columns of one picture
FREE, FROZEN = "free", "frozen"
# The words always stand in the cell, so nobody needs to see colours.
TINTS = {
    WAITS: "rgba(33, 150, 243, 0.25)",
    WORKS: "rgba(156, 39, 176, 0.25)",
    DONE: "rgba(46, 160, 67, 0.30)",
    FAILED: "rgba(211, 47, 47, 0.30)",
    FROZEN: "rgba(211, 47, 47, 0.30)",
    QUEUED: "rgba(255, 152, 0, 0.25)",
    TURN: "rgba(255, 152, 0, 0.25)",
    SENT: "rgba(128, 128, 128, 0.15)",
}
_SHOWN = {SENT: "…", DONE: "✓", FAILED: "✗", RUNS: "runs", GONE: "", QUEUED: "no thread", TURN: "no turn"}
_CELL = "text-align: center; white-space: nowrap; padding: 2px 8px"


def lanes(seen: AtOnce) -> Table:
    """A row for the event loop and for each request of `at_once`, a column for each round.

    Requests of one path that did the same share a row. `…`: sent, and nobody has looked at it yet; `✓`: the
    response; `✗`: one that is an error. After 20 rounds the picture ends, and says so.
    """
    rounds = seen.rounds[:MOST_ROUNDS]
    heads = [str(number) for number in range(1, len(rounds) + 1)]
    lines = [("event loop", tuple(_loop(each) for each in rounds)), *_requests(seen, rounds)]
    if more := len(seen.rounds) - len(rounds):
        lines.append((f"and {more} rounds more", ("",) * len(rounds)))
    body = [row(name, "".join(map(_cell, states))) for name, states in lines]
    text = [(name, *(_SHOWN.get(state, state) for state in states)) for name, states in lines]
    return Table(as_html(heads, body, _CELL), as_text(heads, text))


def _loop(one: Round) -> str:
    return FROZEN if one.frozen else FREE


def _requests(seen: AtOnce, rounds: list[Round]) -> list[tuple[str, tuple[str, ...]]]:
    """The lanes of the requests, those that are alike in one."""
    each = [
        (path, tuple(one.states[number] for one in rounds), number + 1)
        for number, path in enumerate(seen.paths)
    ]
    found = []
    for (path, states), alike in groupby(each, key=lambda lane: lane[:2]):
        numbers = [number for *_, number in alike]
        which = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        found.append((f"{which}  {path}", states))
    return found


def _cell(state: str) -> str:
    return (
        f'<td style="{_CELL}; background: {TINTS.get(state, "transparent")}">{_SHOWN.get(state, state)}</td>'
    )
