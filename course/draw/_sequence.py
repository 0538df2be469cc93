"""Traced requests as a sequence: who called whom, from the client down to the functions that were watched."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from course.base.text import columns, short
from course.draw.mermaid import Picture, SequenceDiagram, limited, wrapped
from course.tracing.steps import Step, Trace, status_line

CLIENT, FRAME, DEPENDENCIES, ROUTER = "client", "FastAPI", "dependencies", "router"
MOST_MESSAGES = 40  # messages in one picture
WIDE = 48  # characters of what is said of a body or an error
NARROW = 22  # characters in a line of the picture: eight lanes fit beside the file browser


class _Message(NamedTuple):
    start: str
    end: str
    lines: list[str]
    kind: str = "->>"


def sequence(*traces: Trace, only: Iterable[str] = ()) -> Picture:
    """Who called whom for these requests, in order, from the client and back to it.

    Calls are there when a trace was made with `watch=[…]`; those inside one module are left out. `only`: the
    names of dependencies to be shown; without it, all. A cross marks a call that raised.
    """
    wanted = set(only)
    found = [message for trace in traces for message in _messages(trace, wanted)]
    named = dict.fromkeys(lane for one in found for lane in one[:2])
    first = [lane for lane in (CLIENT, FRAME, DEPENDENCIES, ROUTER) if lane in named]
    lanes = {name: f"L{at}" for at, name in enumerate(dict.fromkeys([*first, *named]))}
    title = "The sequence of " + ", then ".join(trace.request for trace in traces)
    chart = SequenceDiagram(
        title, {lane: name for name, lane in lanes.items()}, "center", width=80, actorMargin=12
    )
    shown, more = limited(found, MOST_MESSAGES)
    for one in shown:
        lines = [part for line in one.lines for part in wrapped(line, NARROW, 3)]
        chart.message(lanes[one.start], one.kind, lanes[one.end], *lines)
    chart.note(f"over {lanes[CLIENT]}" if more else "", more)
    rows = [(f"{one.start} →", one.end, "; ".join(one.lines)) for one in found]
    return Picture(str(chart), columns(rows) if rows else "no request")


def _messages(trace: Trace, wanted: set[str]) -> Iterator[_Message]:
    request = trace.response.request
    yield _Message(CLIENT, FRAME, [trace.request, *_sent(request)])
    opened: list[tuple[Step, str]] = []  # calls that have not returned, and the lane of who called
    for step in filter(_runs, trace.steps):
        if step.stage == "dependency" and wanted and step.name not in wanted:
            continue
        while opened and (step.stage != "call" or opened[-1][0].name != step.parent):
            yield from _back(*opened.pop())
        start = _lane_of(step.parent, trace) if step.stage == "call" else FRAME
        opened.append((step, start))
        if start != (end := _lane(step)):
            yield _Message(start, end, [step.name.rpartition(".")[2]])
    while opened:
        yield from _back(*opened.pop())
    yield _Message(FRAME, CLIENT, [status_line(trace.status), *_keys(trace.response.text)], "-->>")


def _back(step: Step, to: str) -> Iterator[_Message]:
    """What a call gave back to another lane, if it was something."""
    if _lane(step) == to:
        return
    if step.failed:
        yield _Message(_lane(step), to, [f"✗ {short(step.note, WIDE)}"], "--x")
    elif step.note.startswith("returned ") and step.note != "returned None":
        yield _Message(_lane(step), to, [step.note.removeprefix("returned ")], "-->>")


def _lane(step: Step) -> str:
    if step.stage == "dependency":
        return DEPENDENCIES
    return ROUTER if step.stage == "function" else step.name.partition(".")[0]


def _lane_of(caller: str, trace: Trace) -> str:
    """The lane of a function that calls, by its name."""
    return next((_lane(step) for step in filter(_runs, trace.steps) if step.name == caller), FRAME)


def _runs(step: Step) -> bool:
    """Whether a function of the app runs here; a dependency whose value is reused does not."""
    return step.stage in ("dependency", "function", "call") and "not called" not in step.note


def _sent(request: Any) -> list[str]:
    """What a request brings that says who sends it: the beginning of its token, or the fields of its body."""
    token = request.headers.get("authorization")
    lines = [short(f"Authorization: {token}", 28)] if token else []
    text = request.content.decode("utf-8", "replace")
    if "form" in request.headers.get("content-type", ""):
        return [*lines, ", ".join(name for name, _ in parse_qsl(text))]
    return [*lines, *_keys(text)]


def _keys(text: str) -> list[str]:
    """The names in a JSON object: values may be secret, or other ones in each run."""
    try:
        body = json.loads(text)
    except ValueError:
        return []
    return [short(", ".join(body), WIDE)] if isinstance(body, dict) else []
