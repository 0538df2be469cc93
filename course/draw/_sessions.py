"""The connections between an application and its server, and what state each is in."""

from collections.abc import Iterable
from typing import Any

from course.base.errors import CourseError
from course.base.text import columns, short
from course.draw.mermaid import BOLD, CYLINDER, DOTTED, ROUND, Flowchart, Picture, box, limited, word
from course.look._sessions import sessions as look
from course.look.result import Look

MOST_CONNECTIONS = 16  # connections in one picture
_SAID = {"idle": "idle: free to be used", "active": "active: a statement runs"}


def sessions(source: str | Look | Iterable[Look] | None = None) -> Picture:
    """Each connection as a box between the application and PostgreSQL, with its state.

    `source`: an address (None: the page's database), a result of `look.sessions()`, or several of them taken
    one after the other: then each box shows its states in that order. Dotted: idle.
    Bold: at work or waiting.
    """
    if source is None or isinstance(source, str):
        source = look(url=source)
    samples = [source] if isinstance(source, Look) else list(source)
    if any(one.columns[:1] != ("session",) for one in samples):
        raise CourseError(
            "draw.sessions() draws what look.sessions() returned, one result or a list of them."
        )
    seen = _states(samples)
    title = "Connections and their states"
    chart = Flowchart("LR", title, nodeSpacing=14, rankSpacing=56, padding=8, wrappingWidth=420)
    if seen:
        chart.add(word("app", "the application", ROUND))
    shown, more = limited(seen.items(), MOST_CONNECTIONS)
    for number, (name, states) in enumerate(shown):
        _draw(chart, f"c{number}", name, states)
    chart.add(word("server", "PostgreSQL", CYLINDER))
    if more:
        chart.add("app", "---", box("more", more), "---", "server")
    chart.styles(idle=DOTTED, active=BOLD, held="stroke-width:2px")
    rows = [(name, " → ".join(_said(*state) for state in states)) for name, states in seen.items()]
    return Picture(str(chart), columns(rows) if rows else "no connection is open")


def _states(samples: list[Look]) -> dict[str, list[tuple[str, str, str]]]:
    """State, whom it waits for, and last query of each session, one for each sample in which it changed."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for at, sample in enumerate(samples):
        here: dict[str, Any] = {row[0]: row[1:] for row in sample.rows}
        for name in {**found, **here}:
            state = here.get(name, ("closed" if name in found else "", "", ""))
            before = found.setdefault(name, [] if not at else [("not there yet", "", "")])
            if not before or before[-1][:2] != state[:2]:
                before.append(state)
    return found


def _said(state: str, waits: str, query: str) -> str:
    return f"waiting for {waits}" if waits else state


def _draw(chart: Flowchart, here: str, name: str, states: list[tuple[str, str, str]]) -> None:
    state, waits, query = states[-1]
    if len(states) > 1:
        shown = [" → ".join(_said(*one) for one in states)]
    else:
        shown = [f"✗ waiting for {waits}" if waits else _SAID.get(state, state)]
    shown.append(short(query, 44) if state.startswith(("active", "idle in")) else "")
    style = "active" if waits else state if state in _SAID else "held"
    line = "-.-" if state == "idle" else "===" if state.startswith("active") else "---"
    chart.add(box(here, name, *shown, style=style))
    chart.add("app", line, here, line, "server")
