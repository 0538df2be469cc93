"""The states of mapped objects as SQLAlchemy names them, and the path that an object took."""

from collections.abc import Iterator
from typing import Any

from course.errors import CourseError
from course.pictures.picture import Picture, label, setting
from course.sql_tape_events import Event
from course.sql_tape_record import Tape

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
            taken.setdefault((old, new), []).append(f"{whose}{at} {cause}")
    lines = _frame()
    lines += [
        f"    start(({label('row')})) ==>|{label(*taken[key])}| {key[1]}" for key in taken if not key[0]
    ]
    lines += [f"    {old} ==>|{label(*said)}| {new}" for (old, new), said in taken.items() if old]
    lines += [f"    {old} -.-> {new}" for old, new in _WAYS if (old, new) not in taken]
    been = {state for way in taken for state in way if state}
    lines += (
        ["    classDef been stroke-width:4px", f"    class {','.join(sorted(been))} been"] if been else []
    )
    lines += ["    classDef around fill:none", "    class session around"]
    return Picture("\n".join(lines), "\n".join(_plain(name, path) for name, path in paths.items()))


def _frame() -> list[str]:
    """The states themselves, those in a session in a box."""
    return [
        setting("flowchart", nodeSpacing=40, rankSpacing=60, padding=10, wrappingWidth=300),
        "flowchart LR",
        "    accTitle: The states of an object",
        "    transient([transient])",
        f"    subgraph session[{label('in the session')}]",
        "        pending([pending])",
        "        persistent([persistent])",
        f"        expired([{label('persistent, expired')}])",
        "        deleted([deleted])",
        "    end",
        "    detached([detached])",
    ]


def _chosen(tape: Tape, named: dict[str, Any]) -> dict[str, int]:
    if named:
        found = {name: tape.number_of(one)[1] for name, one in named.items()}
        if absent := sorted(name for name, number in found.items() if not number):
            raise CourseError(
                f"Nothing happened to {', '.join(absent)} while the tape ran, so there is no path to draw. "
                "Name an object that the block under `with sql_tape()` used."
            )
        return found
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
