"""One tape as a sequence: objects, session, pool, connection and PostgreSQL, and what passes between them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from course.base.errors import CourseError
from course.base.sql import brief
from course.base.text import columns, short
from course.draw.mermaid import Picture, SequenceDiagram, limited, wrapped
from course.sql_recorder.events import Event
from course.sql_recorder.tape import Tape

_CROWD = 3  # objects with a lane of their own; of more, those of one class share a lane


def numbered(tape: Tape, named: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """("thing" or "session", its number on the tape) by the name that was given to each.

    Raises CourseError for what is not on the tape.
    """
    found = {name: tape.number_of(one) for name, one in named.items()}
    if absent := sorted(name for name, (_, number) in found.items() if not number):
        raise CourseError(
            f"Nothing happened to {', '.join(absent)} while the tape ran, so it cannot be drawn. "
            "Name an object or a session that the block under `with sql_tape()` used."
        )
    return found


class _Lanes:
    """Nodes of Mermaid and names for everything on a tape."""

    def __init__(self, tape: Tape, named: dict[str, Any]) -> None:
        self.events = tape.events
        self.given = {number: name for name, number in numbered(tape, named).items()}
        self.things = self._named(tape)
        self.links = list(dict.fromkeys(one.connection for one in self.events if one.connection))
        self.sessions = list(dict.fromkeys(one.session for one in self.events if one.session))

    def _named(self, tape: Tape) -> dict[int, tuple[str, str]]:
        """Node and name of each object."""
        alone = {number: name for (kind, number), name in self.given.items() if kind == "thing"}
        others = {number: one for number, one in tape.things.items() if number not in alone}
        kinds = Counter(one.kind for one in others.values())
        crowded = len(others) > _CROWD
        found: dict[int, tuple[str, str]] = {}
        seen: Counter[str] = Counter(alone.values())
        for number, one in tape.things.items():
            if number in alone:
                found[number] = (f"O{number}", alone[number])
            elif crowded and kinds[one.kind] > 1:
                found[number] = (f"K{list(kinds).index(one.kind)}", f"{kinds[one.kind]} × {one.kind}")
            else:
                seen[one.name] += 1
                again = f" ({seen[one.name]})" if seen[one.name] > 1 else ""
                found[number] = (f"O{number}", f"{one.name}{again}")
        return found

    def order(self) -> list[tuple[str, str]]:
        """All lanes, left to right: what is next to each other talks to each other."""
        found = [*dict.fromkeys(self.things.values()), ("Y", "your code")]
        found += [(self.session(number), self._session_name(number)) for number in self.sessions]
        found.append(("L", "pool"))
        found += [self.connection(number) for number in self.links]
        return [*found, ("P", "PostgreSQL")]

    def thing(self, number: int) -> str:
        """The lane of an object."""
        return self.things[number][0]

    def session(self, number: int) -> str:
        """The lane of a session; without one it is your own code that asks."""
        return f"S{number}" if number else "Y"

    def _session_name(self, number: int) -> str:
        plain = "session" if len(self.sessions) == 1 else f"session {self.sessions.index(number) + 1}"
        return self.given.get(("session", number), plain)

    def connection(self, number: int) -> tuple[str, str]:
        """The lane of a connection, and its name."""
        alone = len(self.links) == 1
        return f"C{number}", "connection" if alone else f"connection {self.links.index(number) + 1}"

    def borrower(self, event: Event) -> str:
        """The lane of who borrowed a connection: the session that uses it between checkout and checkin."""
        at = next(here for here, one in enumerate(self.events) if one is event)
        around = self.events[at + 1 :] if event.kind == "checkout" else self.events[:at][::-1]
        for one in around:
            if one.connection == event.connection:
                if one.kind == "use":
                    return self.session(one.session)
                if one.kind in ("checkout", "checkin"):
                    break
        return "Y"


MOST_STEPS = 32  # steps in one picture
WIDE = 30  # characters in a line of the picture
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
    shown, more = limited(steps, MOST_STEPS)
    used = {lane for step in shown for lane in (step.lane, step.to) if lane}
    names = dict(lanes.order())
    chart = SequenceDiagram(
        "The life of objects, session and connection",
        {lane: name for lane, name in names.items() if lane in used},
        width=90,
        actorMargin=18,
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
