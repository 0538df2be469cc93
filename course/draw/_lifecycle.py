"""The life of one traced request: on the way in, and on the way out."""

from dataclasses import dataclass
from itertools import groupby

from course.base.text import short
from course.draw.mermaid import BOLD, DASHED, ROUND, SQUARE, Flowchart, Picture, box
from course.tracing.steps import Step, Trace

IN = ("request", "middleware in", "routing", "body", "dependency", "validation", "function", "call")
SAID = {
    "middleware in": "middleware",
    "middleware out": "middleware",
    "function": "function",
}
MOST_NODES = 12  # nodes
_LONGEST = 56  # characters in a line


@dataclass
class _Node:
    stage: str
    lines: list[str]
    style: str = ""


def lifecycle(trace: Trace) -> Picture:
    """The stages of a request in the order in which they happened.

    Left the way in, right the way out. A thick border marks the stage where it went wrong, a dashed one
    a stage that the request never reached.
    """
    nodes = [_Node("request", [short(trace.request, _LONGEST)])]
    steps = [step for step in trace.steps if "reused" not in step.note]
    runs = [list(run) for _, run in groupby(steps, key=lambda step: step.stage)]
    merge = len(steps) + 1 > MOST_NODES
    for run in runs:
        nodes += [_node(*run)] if merge else [_node(step) for step in run]
    inside = [node for node in nodes if node.stage in IN]
    outside = [node for node in nodes if node.stage not in IN]
    title = f"The life of the request {trace.request}"
    chart = Flowchart("LR", title, rankSpacing=24, nodeSpacing=24, padding=8, wrappingWidth=560)
    with chart.group("way_in", "the way in", "TB"):
        _draw(chart, "way_in", inside + _missed(trace))
    with chart.group("way_out", "the way out", "BT"):
        _draw(chart, "way_out", outside)
    chart.add("way_in", "==>", "way_out")
    chart.styles(column="fill:none")
    chart.give("column", "way_in", "way_out")
    chart.styles(failed=BOLD, never=DASHED)
    return Picture(str(chart), str(trace))


def _node(*steps: Step) -> _Node:
    stage = steps[0].stage
    said, failed = SAID.get(stage, stage), any(step.failed for step in steps)
    if len(steps) == 1:
        lines = [f"{said}: {steps[0].name}", *steps[0].note.split("; ")]
    else:
        lines = _chain(f"{said}: ", [step.name for step in steps])
        lines += [f"{step.name}: {step.note}" for step in steps if step.failed]
    shown = [short(line, _LONGEST) for line in lines]
    if failed:
        shown[0] = f"✗ {shown[0]}"
    # Bold is only where it began to go wrong, not each place that an exception passes.
    began = stage != "escaped" and any(step.failed and "passes through" not in step.note for step in steps)
    return _Node(stage, shown, "failed" if began else "")


def _missed(trace: Trace) -> list[_Node]:
    """The function that the request was meant for, if it never got there."""
    reached = {step.stage for step in trace.steps}
    target = [step.note for step in trace.stages("routing") if not step.failed]
    if "function" in reached or not target or not target[0].startswith("to "):
        return []
    if not any(step.failed for step in trace.steps):
        return []
    name = target[0].removeprefix("to ")
    return [_Node("function", [f"{SAID['function']}: {name}", "never reached"], "never")]


def _draw(chart: Flowchart, column: str, nodes: list[_Node]) -> None:
    for number, node in enumerate(nodes):
        shape = ROUND if node.stage in ("request", "sent") else SQUARE
        chart.add(box(f"{column}_{number}", *node.lines, shape=shape, style=node.style))
        if number:
            arrow = "-.->" if node.style == "never" else "==>"
            chart.add(f"{column}_{number - 1}", arrow, f"{column}_{number}")


def _chain(said: str, names: list[str]) -> list[str]:
    """Names with arrows between them, over as many lines as they need."""
    lines = [said + names[0]]
    for name in names[1:]:
        if len(f"{lines[-1]} → {name}") <= _LONGEST:
            lines[-1] += f" → {name}"
        else:
            lines.append(f"→ {name}")
    return lines
