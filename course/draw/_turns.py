"""Who did what, in the order in which it happened: a lane for each task, thread or client."""

from collections.abc import Sequence

from course.base.errors import CourseError
from course.base.text import columns
from course.draw.mermaid import Picture, SequenceDiagram

MOST_LANES, MOST_STEPS = 5, 20  # in one picture


def turns(steps: Sequence[tuple[str, str]]) -> Picture:
    """Steps of several tasks in their order: `draw.turns([("first", "has the row"), ("second", "asks")])`.

    Each step is who and what; a lane comes with its first step. Raises CourseError when there is no step, and
    for more than 5 lanes or 20 steps.
    """
    names = list(dict.fromkeys(who for who, _ in steps))
    if not steps or len(names) > MOST_LANES or len(steps) > MOST_STEPS:
        raise CourseError(
            f"Turns are drawn of 1 to {MOST_STEPS} steps in at most {MOST_LANES} lanes, and these are "
            f"{len(steps)} steps in {len(names)} lanes. Give a part of them."
        )
    lanes = {name: f"L{number}" for number, name in enumerate(names)}
    chart = SequenceDiagram("Who did what, in order", {lane: name for name, lane in lanes.items()})
    rows = [tuple(names)]
    for who, what in steps:
        chart.note(f"over {lanes[who]}", what)
        rows.append(tuple(what if name == who else "" for name in names))
    return Picture(str(chart), columns(rows))
