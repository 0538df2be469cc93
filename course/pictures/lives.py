"""One tape as a sequence: objects, session, pool, connection and PostgreSQL, and what passes between them."""

import textwrap
from dataclasses import dataclass
from typing import Any

from course.pictures.life_lanes import Lanes
from course.pictures.picture import Picture, columns, escaped, setting, short
from course.sql_tape_events import Event
from course.sql_tape_record import Tape
from course.sql_tape_text import brief

MOST = 32  # steps in one picture
WIDE = 44  # characters in a line of the picture
_WORDS = {"begin": "BEGIN", "commit": "COMMIT", "rollback": "ROLLBACK"}


@dataclass(frozen=True)
class _Step:
    """One row: whose lane, what it says; an arrow to `to`, or a note when that is empty."""

    lane: str
    said: str
    to: str = ""
    bar: str = ""  # "activate" or "deactivate" the lane after it
    error: str = ""
    note: str = ""  # what came of it


def life(tape: Tape, **named: Any) -> Picture:
    """What happened on a tape, one lane for each that took part; a bar is an open transaction.

    `named`: objects or sessions by the name to show, such as `post=post`; others are named by what they hold.
    """
    lanes = Lanes(tape, named)
    steps = _merged([step for event in tape.events for step in _steps(event, lanes)])
    shown = steps[:MOST]
    used = {lane for step in shown for lane in (step.lane, step.to) if lane}
    lines = [
        setting("sequence", messageAlign="left", mirrorActors=False, width=110, actorMargin=36),
        "sequenceDiagram",
        "    accTitle: The life of objects, session and connection",
    ]
    lines += [f"    participant {node} as {escaped(name)}" for node, name in lanes.order() if node in used]
    inside = _open_before(tape.events, lanes) & used
    lines += [f"    activate {node}" for node in sorted(inside)]
    for step in shown:
        lines += _drawn(step, inside)
    if len(steps) > MOST:
        lines.append(f"    Note over {shown[-1].lane}: and {len(steps) - MOST} more")
    lines += [f"    deactivate {node}" for node in sorted(inside)]
    names = dict(lanes.order())
    rows = [(str(at), names[step.lane], _plain(step, names)) for at, step in enumerate(steps, start=1)]
    return Picture("\n".join(lines), columns(rows) if rows else "nothing happened")


def _steps(event: Event, lanes: Lanes) -> list[_Step]:
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
    bar = "activate" if event.kind == "begin" else "deactivate"
    note = f" ({event.text})" if event.text and "✗" not in event.text else ""
    error = event.text.removeprefix("✗ ") if "✗" in event.text else ""
    return [_Step(link, f"{_WORDS[event.kind]}{note}", "P", bar, error)]


def _open_before(events: list[Event], lanes: Lanes) -> set[str]:
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


def _drawn(step: _Step, inside: set[str]) -> list[str]:
    parts = textwrap.wrap(short(step.said, WIDE * 3), WIDE) + ([f"→ {step.note}"] if step.note else [])
    said = "<br/>".join(map(escaped, parts))
    if not step.to:
        return [f"    Note over {step.lane}: {said}"]
    arrow = "-->>" if step.lane == "L" else "->>"
    lines = [f"    {step.lane}{arrow}{step.to}: {said}"]
    if step.bar == "activate" and step.lane not in inside:
        lines.append(f"    activate {step.lane}")
        inside.add(step.lane)
    if step.error:
        wrapped = textwrap.wrap(short(step.error, WIDE * 2), WIDE)
        lines.append(f"    {step.to}--x{step.lane}: ✗ {'<br/>'.join(map(escaped, wrapped))}")
    if step.bar == "deactivate" and step.lane in inside:
        lines.append(f"    deactivate {step.lane}")
        inside.discard(step.lane)
    return lines


def _plain(step: _Step, names: dict[str, str]) -> str:
    to = f" to {names[step.to]}" if step.to in names and step.lane == "L" else ""
    note = f" → {step.note}" if step.note else ""
    return f"{short(step.said, 80)}{to}{note}" + (f"  ✗ {step.error}" if step.error else "")
