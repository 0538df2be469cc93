"""One tape as a sequence: objects, session, pool, connection and PostgreSQL, and what passes between them."""

from dataclasses import dataclass
from typing import Any

from course.base.sql import brief
from course.base.text import columns, short
from course.pictures.life_lanes import _Lanes
from course.pictures.picture import Picture, SequenceDiagram, limited, wrapped
from course.sql_recorder.events import Event
from course.sql_recorder.tape import Tape

MOST = 32  # steps in one picture
WIDE = 44  # characters in a line of the picture
_WORDS = {"begin": "BEGIN", "commit": "COMMIT", "rollback": "ROLLBACK"}


@dataclass(frozen=True)
class _Step:
    """One row: whose lane, what it says; an arrow to `to`, or a note when that is empty."""

    lane: str
    said: str
    to: str = ""
    bar: bool | None = None  # whether a transaction begins or ends with it
    error: str = ""
    note: str = ""  # what came of it


def life(tape: Tape, **named: Any) -> Picture:
    """What happened on a tape, one lane for each that took part; a bar is an open transaction.

    `named`: objects or sessions by the name to show, such as `post=post`; others are named by what they hold.
    """
    lanes = _Lanes(tape, named)
    steps = _merged([step for event in tape.events for step in _steps(event, lanes)])
    shown, more = limited(steps, MOST)
    used = {lane for step in shown for lane in (step.lane, step.to) if lane}
    names = dict(lanes.order())
    chart = SequenceDiagram(
        "The life of objects, session and connection",
        {lane: name for lane, name in names.items() if lane in used},
        width=110,
        actorMargin=36,
    )
    for lane in sorted(_open_before(tape.events, lanes) & used):
        chart.bar(lane, True)
    for step in shown:
        _draw(chart, step)
    if more:
        chart.note(f"over {shown[-1].lane}", more)
    rows = [(str(at), names[step.lane], _plain(step, names)) for at, step in enumerate(steps, start=1)]
    return Picture(str(chart), columns(rows) if rows else "nothing happened")


def _steps(event: Event, lanes: _Lanes) -> list[_Step]:
    """What an event is in the picture; some are nothing."""
    if event.kind == "state":
        return [_Step(lanes.thing(event.thing), event.text or _change(event))]
    if event.kind == "flush":
        return [_Step(lanes.session(event.session), "flush")]
    if event.kind in ("use", "close") or not event.connection:
        return []
    link, name = lanes.connection(event.connection)
    if event.kind == "connect":
        return [_Step(link, "connects", "P")]
    if event.kind in ("checkout", "checkin"):
        borrower = lanes.borrower(event)
        if event.kind == "checkout":
            return [_Step("L", f"lends {name}", borrower)]
        return [_Step(borrower, f"gives {name} back", "L")]
    if event.sent:
        note = "" if event.sent.error else event.sent.note
        return [_Step(link, brief(event.sent.text, 24), "P", error=event.sent.error, note=note)]
    note = f" ({event.text})" if event.text and "✗" not in event.text else ""
    error = event.text.removeprefix("✗ ") if "✗" in event.text else ""
    return [_Step(link, f"{_WORDS[event.kind]}{note}", "P", event.kind == "begin", error)]


def _open_before(events: list[Event], lanes: _Lanes) -> set[str]:
    """The connections with a transaction from before the tape."""
    first: dict[int, Event] = {}
    for one in events:
        if one.sent or one.kind in _WORDS:
            first.setdefault(one.connection, one)
    old = [
        one for one in first.values() if one.kind != "begin" and not (one.sent and not one.sent.transaction)
    ]
    return {lanes.connection(one.connection)[0] for one in old}


def _change(event: Event) -> str:
    return f"{event.old} → {event.new}" if event.old else f"loaded: {event.new}"


def _merged(steps: list[_Step]) -> list[_Step]:
    """The same note on one lane several times in a row as one: a lane may stand for many objects."""
    found: list[tuple[_Step, int]] = []
    for step in steps:
        if found and not step.to and found[-1][0] == step:
            found[-1] = (step, found[-1][1] + 1)
        else:
            found.append((step, 1))
    return [step if count == 1 else _Step(step.lane, f"{count} × {step.said}") for step, count in found]


def _draw(chart: SequenceDiagram, step: _Step) -> None:
    said = wrapped(step.said, WIDE, 3) + ([f"→ {step.note}"] if step.note else [])
    if not step.to:
        chart.note(f"over {step.lane}", *said)
        return
    chart.message(step.lane, "-->>" if step.lane == "L" else "->>", step.to, *said)
    if step.bar:
        chart.bar(step.lane, True)
    if step.error:
        chart.failure(step.to, step.lane, wrapped(step.error, WIDE, 2))
    if step.bar is False:
        chart.bar(step.lane, False)


def _plain(step: _Step, names: dict[str, str]) -> str:
    to = f" to {names[step.to]}" if step.to in names and step.lane == "L" else ""
    note = f" → {step.note}" if step.note else ""
    return f"{short(step.said, 80)}{to}{note}" + (f"  ✗ {step.error}" if step.error else "")
