"""Steps that are taken again and again, with what came of each this time."""

from collections.abc import Mapping

from course.base.errors import CourseError
from course.base.text import columns, short
from course.draw.mermaid import DASHED, ROUND, Flowchart, Picture, box, label

MOST_STEPS, _WIDTH = 10, 60  # steps in one picture; characters in a line


def loop(steps: Mapping[str, object], again: str = "again") -> Picture:
    """Steps in their order, and from the last one back: `draw.loop({"edit": "2 lines", "test": "passed"})`.

    `steps`: what came of each, "" to show nothing. A step with None was not taken yet and is dashed.
    `again`: what the way back says. Raises CourseError for fewer than two steps, and for more than ten.
    """
    if not 2 <= len(steps) <= MOST_STEPS:
        raise CourseError(
            f"A loop is drawn of 2 to {MOST_STEPS} steps, and these are {len(steps)}. "
            "Give a dict of them in their order: draw.loop({'edit': '2 lines', 'test': 'passed'})."
        )
    chart = Flowchart("TB", "Steps of a loop", rankSpacing=24, padding=8, wrappingWidth=600)
    for number, (step, result) in enumerate(steps.items()):
        said = [short(each, _WIDTH) for each in (f"{number + 1} · {step}", result) if each is not None]
        chart.add(box(f"s{number}", *said, shape=ROUND, style="waiting" if result is None else ""))
        if number:
            chart.add(f"s{number - 1}", "==>", f"s{number}")
    chart.add(f"s{len(steps) - 1}", f"-.->|{label(again)}|", "s0")
    chart.styles(waiting=DASHED)
    rows = [(str(at), step, _said(result)) for at, (step, result) in enumerate(steps.items(), 1)]
    return Picture(str(chart), f"{columns(rows)}\n→ {again}: 1")


def _said(result: object) -> str:
    return "not yet" if result is None else str(result)
