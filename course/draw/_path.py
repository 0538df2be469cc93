"""The path of one traced request through the layers of an app: dependencies, router function, services."""

from itertools import groupby
from types import ModuleType
from typing import Any

from course.base.text import columns, short
from course.draw.mermaid import BOLD, ROUND, Flowchart, Picture, box, limited
from course.tracing.steps import LOOP, THREAD, Step, Trace, status_line

LAYERS = {
    "dependency": "dependencies",
    "function": "router",
    "call": "services",
    "exception handler": "exception handlers",
    "validation": "input",
}
MOST_NODES = 24  # nodes


def path(trace: Trace, *only: Any) -> Picture:
    """What ran for the request, in the order in which it began, layer by layer, up to the status.

    `only`: names, functions, classes or modules; dependencies and calls of others are left out. Calls are
    there when the trace was made with `watch=[…]`. A thick border marks where it went wrong.
    """
    steps = [step for step in trace.steps if _belongs(step, only)]
    title = f"The path of {trace.request}"
    chart = Flowchart("LR", title, nodeSpacing=20, rankSpacing=16, padding=8, wrappingWidth=480)
    chart.add(box("start", trace.request, shape=ROUND))
    shown, more = limited(enumerate(steps, start=1), MOST_NODES)
    layers: list[str] = []
    for layer, run in groupby(shown, key=lambda one: LAYERS[one[1].stage]):
        before, here = layers[-1] if layers else "start", f"l{len(layers)}"
        with chart.group(here, layer, "TB"):
            _draw(chart, list(run))
        chart.add(before, "==>", here)
        layers.append(here)
    last = layers[-1] if layers else "start"
    chart.add(last, "==>", box("sent", status_line(trace.status), more, shape=ROUND))
    if layers:
        chart.styles(column="fill:none")
        chart.give("column", *layers)
    chart.styles(failed=BOLD)
    rows = [(str(at), LAYERS[one.stage], one.name, one.note) for at, one in enumerate(steps, start=1)]
    plain = columns(rows) if rows else ""
    return Picture(
        str(chart), "\n".join(filter(None, [trace.request, plain, f"→ {status_line(trace.status)}"]))
    )


def _draw(chart: Flowchart, run: list[tuple[int, Step]]) -> None:
    """The steps of one layer, one below the other."""
    for at, (number, step) in enumerate(run):
        chart.add(box(f"p{number}", *_said(step, number), style="failed" if step.failed else ""))
        if at:
            chart.add(f"p{number - 1}", "==>", f"p{number}")


def _belongs(step: Step, only: tuple[Any, ...]) -> bool:
    if step.stage == "validation":
        return step.failed
    if step.stage not in LAYERS or "not called" in step.note:
        return False
    if not only or step.stage in ("function", "exception handler"):
        return True
    return step.failed or any(_is_of(step.name, one) for one in only)


def _is_of(name: str, one: Any) -> bool:
    if isinstance(one, ModuleType) and name.partition(".")[0] in vars(one):
        return True
    known = one if isinstance(one, str) else _name(one)
    return name == known or name.startswith(f"{known}.")


def _name(one: Any) -> str:
    """As steps are named: PostService.create, and create_post wherever it was defined."""
    if isinstance(one, ModuleType):
        return one.__name__.rpartition(".")[2]
    return str(one.__qualname__).rpartition("<locals>.")[2]


def _said(step: Step, number: int) -> list[str]:
    # Where the exception came from is in the picture already.
    said = step.note.partition(" from ")[0] if step.stage == "exception handler" else step.note
    notes = [short(note, 48) for note in said.split("; ") if note not in ("", THREAD, LOOP)]
    head = f"{number} · {step.name}"
    return [f"✗ {head}" if step.failed else head, *notes]
