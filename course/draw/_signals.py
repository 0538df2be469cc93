"""One request across the signals: what each of them says of it, and which of them knows its id."""

from collections.abc import Mapping, Sequence

from course.base.errors import CourseError
from course.base.text import columns, short
from course.draw.mermaid import BOLD, ROUND, Flowchart, Picture, box

MOST = 3  # lines of a signal in the picture


def signals(request_id: str, said: Mapping[str, Sequence[str]]) -> Picture:
    """A box for each signal with what it said: `draw.signals("tea-1", {"log": lines, "metric": lines})`.

    A signal in which the id stands has a solid arrow, with the id on it, and the others a dotted one.
    Raises CourseError when there is nothing to draw.
    """
    if not said:
        raise CourseError("There is nothing to draw: give draw.signals() lines as {'log': [line, …], …}.")
    chart = Flowchart("LR", f"The request {request_id} in each signal", nodeSpacing=25, rankSpacing=70)
    chart.add(box("request", "request", request_id, shape=ROUND, style="bold"))
    rows = [("signal", "has the id", "what it says")]
    for number, (name, lines) in enumerate(said.items()):
        has = any(request_id in line for line in lines)
        shown = [short(line.replace(request_id, "…"), 46) for line in lines[:MOST]]
        more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
        chart.add("request", '==>|"id"|' if has else "-.->", box(f"s{number}", name, *shown, *more))
        says = [short(line, 70) for line in lines[:MOST]] + more
        rows += [(name, "yes" if has else "no", says[0] if says else "")] + [
            ("", "", one) for one in says[1:]
        ]
    chart.styles(bold=BOLD)
    return Picture(str(chart), columns(rows))
