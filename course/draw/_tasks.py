"""Tasks of one event loop side by side, PostgreSQL between them: what each awaits, and what that sends."""

from collections.abc import Iterable

from course.base.sql import brief
from course.base.text import columns, short
from course.draw.mermaid import Picture, SequenceDiagram, limited, wrapped
from course.sql_recorder.tape import Tape
from course.sql_recorder.tasks import Talk

MOST_TALKS = 30  # messages in one picture
WIDE = 36  # characters in a line: with three lanes the picture fits beside the file browser


def tasks(tape: Tape) -> Picture:
    """Which statements each await of a task sent, in the order in which it happened.

    A note is the line at which a task waits. A bar on its line: it waits for PostgreSQL, and the thread is
    free for others.
    """
    found = list(tape.talks)
    names = list(dict.fromkeys(one.task for one in found))
    own = {name: f"T{at}" for at, name in enumerate(names)}
    lanes = [(lane, name) for name, lane in own.items()]
    lanes.insert(1, ("P", "PostgreSQL"))
    chart = SequenceDiagram(
        "Tasks of one event loop, await by await", dict(lanes), "center", width=110, actorMargin=70
    )
    shown, more = limited(found, MOST_TALKS)
    said: dict[str, str] = {}
    for one in shown:
        _draw(chart, one, own[one.task], said)
    chart.note("over P", more)
    return Picture(str(chart), columns(list(_rows(found))) if found else "nothing was sent")


def _draw(chart: SequenceDiagram, one: Talk, lane: str, said: dict[str, str]) -> None:
    if one.text and said.get(one.task) != one.line:
        said[one.task] = one.line
        side = "right" if lane == "T0" else "left"  # towards PostgreSQL, so that the picture stays narrow
        chart.note(f"{side} of {lane}", *wrapped(one.line, WIDE, 2))
    if one.text:
        chart.message(lane, "->>", "P", *wrapped(brief(one.text), WIDE, 3))
        chart.bar(lane, one.text not in ("COMMIT", "ROLLBACK"))  # these have no response on the tape
    else:
        chart.message("P", "-->>", lane, "response")
        chart.bar(lane, False)


def _rows(found: Iterable[Talk]) -> Iterable[tuple[str, ...]]:
    for at, one in enumerate(found, start=1):
        what = f"→ {short(brief(one.text), 60)}" if one.text else "← response"
        yield str(at), one.task, one.line, what
