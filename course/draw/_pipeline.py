"""A pipeline as it ran: its steps in order, how each one ended, and what that made of the commit."""

from course.base.text import columns, short
from course.draw.mermaid import BOLD, DASHED, ROUND, Flowchart, Picture, box
from course.suites.workflow import StepRun, WorkflowRun

_LONGEST = 44  # characters of a command
_MARKS = {"passed": "✓", "failed": "✗", "forgiven": "✗ forgiven:", "skipped": "– skipped:", "not here": "○"}


def pipeline(run: WorkflowRun) -> Picture:
    """The steps of a run from top to bottom, with their commands.

    Bold: a step that failed. Dashed: a step that did not run, because one before it failed, because of its
    condition, or because it is not run here (a circle).
    """
    chart = Flowchart(
        "TB",
        f"The pipeline as it ran: {run.name}",
        nodeSpacing=20,
        rankSpacing=22,
        padding=8,
        wrappingWidth=500,
    )
    chart.styles(failed=BOLD, idle=DASHED)
    chart.add(box("commit", "push", shape=ROUND))
    before = "commit"
    for at, step in enumerate(run.steps):
        node = f"s{at}"
        chart.add(
            before, "-->", box(node, f"{_MARKS[step.outcome]} {step.name}", *_lines(step), style=_style(step))
        )
        before = node
    chart.add(before, "-->", box("verdict", "green" if run.green else "red", shape=ROUND))
    rows = [(_MARKS[step.outcome].rstrip(":"), step.name, "; ".join(_lines(step))) for step in run.steps]
    return Picture(str(chart), columns([*rows, ("→", "green" if run.green else "red", "")]))


def _lines(step: StepRun) -> list[str]:
    """What the step runs, a line each; an action is its own name."""
    lines = [short(line, _LONGEST) for line in step.command.splitlines() if line.strip()]
    return [line for line in lines if line != step.name]


def _style(step: StepRun) -> str:
    if step.outcome in ("failed", "forgiven"):
        return "failed"
    return "" if step.outcome == "passed" else "idle"
