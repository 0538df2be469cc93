"""Sessions side by side, PostgreSQL between them: who does what, who waits, what fails."""

from course.draw.mermaid import Picture, SequenceDiagram, limited, wrapped
from course.timelines.step import TimelineStep, events
from course.timelines.timeline import Timeline

MOST_STEPS = 30  # steps in one picture
WIDE = 38  # characters in a line: with three lanes the picture fits beside the file browser


def timeline(line: Timeline) -> Picture:
    """A timeline as a sequence: `ana | PostgreSQL | ben`, in the order in which it happened.

    A bar on a session's line is its open transaction, a note says for whom it waits, a cross what failed.
    """
    own = {name: f"S{at}" for at, name in enumerate(line.names)}
    lanes = [(lane, name) for name, lane in own.items()]
    lanes.insert(1, ("P", "PostgreSQL"))
    title = "Sessions side by side, step by step"
    chart = SequenceDiagram(title, dict(lanes), "center", width=110, actorMargin=70)
    shown, more = limited(line.steps, MOST_STEPS)
    for step, later in events(shown):
        lane = own[step.session]
        if later:
            _settle(chart, lane, step, step.resumed)
        else:
            _begin(chart, lane, step)
    chart.note("over P", f"{more} steps" if more else "")
    return Picture(str(chart), repr(line))


def _begin(chart: SequenceDiagram, lane: str, step: TimelineStep) -> None:
    chart.message(lane, "->>", "P", *_lines(f"{step.number}: {step.text}"))
    if step.waited_for:
        chart.note(f"over {lane}", f"waits for {step.waited_for}")
    else:
        _settle(chart, lane, step, step.outcome)


def _settle(chart: SequenceDiagram, lane: str, step: TimelineStep, said: str) -> None:
    if said:
        chart.message("P", "--x" if step.error else "-->>", lane, *_lines(said))
    chart.bar(lane, step.open)


def _lines(text: str) -> list[str]:
    return wrapped(text.removeprefix("→ "), WIDE, 5)
