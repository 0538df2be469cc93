"""The states of mapped objects as SQLAlchemy names them, and the path that an object took."""

from collections.abc import Iterator
from typing import Any

from course.base.errors import CourseError
from course.draw._life import numbered
from course.draw.mermaid import BOLD, CIRCLE, ROUND, Flowchart, Picture, box, label, word
from course.sql_recorder.events import Event
from course.sql_recorder.tape import Tape

# All that may happen, as (from, to): the picture shows where an object could have gone, too.
_WAYS = [
    ("transient", "pending"),
    ("pending", "persistent"),
    ("persistent", "expired"),
    ("expired", "persistent"),
    ("persistent", "deleted"),
    ("deleted", "detached"),
    ("persistent", "detached"),
]
_CAUSES = {
    ("transient", "pending"): "add",
    ("pending", "transient"): "expunge or rollback",
    ("pending", "persistent"): "flush",
    ("", "persistent"): "load",
    ("expired", "persistent"): "load again",
    ("persistent", "expired"): "expire",
    ("persistent", "deleted"): "delete, flush",
    ("expired", "deleted"): "delete, flush",
    ("persistent", "detached"): "close or expunge",
    ("expired", "detached"): "close or expunge",
    ("detached", "persistent"): "add",
}
_ENDS = ("commit", "rollback")
# What the end of a transaction may do, by itself.
_BY_END = [
    ("persistent", "expired"),
    ("persistent", "transient"),
    ("expired", "transient"),
    ("pending", "transient"),
    ("deleted", "persistent"),
    ("deleted", "detached"),
]


def states(tape: Tape, **named: Any) -> Picture:
    """The path of one object through its states, or of several: `draw.states(tape, post=post)`.

    Bold and numbered: what it did. Dotted: what it could have done. Without names: all objects on the tape,
    if they are at most three. Raises CourseError for more, and for an object that the tape does not know.
    """
    paths = {name: list(_path(tape.events, number)) for name, number in _chosen(tape, named).items()}
    taken: dict[tuple[str, str], list[str]] = {}
    for name, path in paths.items():
        whose = f"{name} " if len(paths) > 1 else ""
        for at, (old, new, cause) in enumerate(path, start=1):
            taken.setdefault((old, new), []).extend([f"{whose}{at}", cause] if whose else [f"{at} {cause}"])
    chart = _frame()
    for (old, new), said in sorted(taken.items(), key=lambda one: one[0][0] != ""):
        chart.add(old or box("start", "row", shape=CIRCLE), f"==>|{label(*said)}|", new)
    for old, new in _WAYS:
        if (old, new) not in taken:
            chart.add(old, "-.->", new)
    if been := {state for way in taken for state in way if state}:
        chart.styles(been=BOLD)
        chart.give("been", *sorted(been))
    chart.styles(around="fill:none")
    chart.give("around", "session")
    return Picture(str(chart), "\n".join(_plain(name, path) for name, path in paths.items()))


def _frame() -> Flowchart:
    """The states themselves, those in a session in a box."""
    title = "The states of an object"
    chart = Flowchart("LR", title, nodeSpacing=40, rankSpacing=40, padding=10, wrappingWidth=300)
    chart.add(word("transient", "transient", ROUND))
    with chart.group("session", "in the session"):
        chart.add(word("pending", "pending", ROUND))
        chart.add(word("persistent", "persistent", ROUND))
        chart.add(box("expired", "persistent, expired", shape=ROUND))
        chart.add(word("deleted", "deleted", ROUND))
    chart.add(word("detached", "detached", ROUND))
    return chart


def _chosen(tape: Tape, named: dict[str, Any]) -> dict[str, int]:
    if named:
        found = numbered(tape, named)
        if sessions := [name for name, (kind, _) in found.items() if kind == "session"]:
            raise CourseError(
                f"{sessions[0]} is a session, and only mapped objects have states. "
                "Name objects: draw.states(tape, post=post). draw.life(tape) draws sessions, too."
            )
        return {name: number for name, (_, number) in found.items()}
    if len(tape.things) > 3:
        raise CourseError(
            f"There are {len(tape.things)} objects on this tape, and a picture is clear with three at most. "
            "Name those that you want to see: draw.states(tape, post=post)."
        )
    return {thing.name: number for number, thing in tape.things.items()}


def _path(events: list[Event], number: int) -> Iterator[tuple[str, str, str]]:
    """From, to, and why, for each change of one object."""
    before = ""
    for one in events:
        if one.kind in (*_ENDS, "checkin"):
            before = one.kind
        if one.kind == "state" and one.thing == number and one.old != one.new:
            way = (one.old, one.new)
            cause = before if way in _BY_END and before in _ENDS else _CAUSES.get(way, "")
            yield one.old, one.new, cause


def _plain(name: str, path: list[tuple[str, str, str]]) -> str:
    if not path:
        return f"{name}: no change of state"
    return f"{name}: {path[0][0] or 'a row'}" + "".join(f" → {new} ({cause})" for _, new, cause in path)
