"""The path of one traced request through the layers of an app: dependencies, router function, services."""

from itertools import groupby
from types import ModuleType
from typing import Any

from course.pictures.picture import Picture, columns, escaped, label, setting, short
from course.tracing import Step, Trace, answer
from course.tracing_recorder import LOOP, THREAD

LAYERS = {
    "dependency": "dependencies",
    "function": "router",
    "call": "services",
    "exception handler": "exception handlers",
    "validation": "input",
}
MOST = 24  # nodes


def path(trace: Trace, *only: Any) -> Picture:
    """What ran for the request, in the order in which it began, layer by layer, up to the status.

    `only`: names, functions, classes or modules; dependencies and calls of others are left out. Calls are
    there when the trace was made with `watch=[…]`. A thick border marks where it went wrong.
    """
    steps = [step for step in trace.steps if _belongs(step, only)]
    lines = [
        setting("flowchart", nodeSpacing=20, rankSpacing=30, padding=8, wrappingWidth=480),
        "flowchart LR",
        f"    accTitle: The path of {escaped(trace.request)}",
        f"    start([{label(trace.request)}])",
    ]
    before, number = "start", 0
    for at, (layer, run) in enumerate(groupby(steps[:MOST], key=lambda step: LAYERS[step.stage])):
        lines += [f"    subgraph l{at}[{label(layer)}]", "        direction TB"]
        inside = ""
        for step in run:
            number += 1
            lines.append(f"        p{number}[{label(*_said(step, number))}]{':::failed' * step.failed}")
            lines += [f"        {inside} ==> p{number}"] if inside else []
            inside = f"p{number}"
        lines += ["    end", f"    {before} ==> l{at}"]
        before = f"l{at}"
    more = [f"and {len(steps) - MOST} more"] if len(steps) > MOST else []
    lines += [f"    {before} ==> answer([{label(answer(trace.status), *more)}])"]
    groups = ",".join(line.split()[1].partition("[")[0] for line in lines if "subgraph l" in line)
    lines += ["    classDef column fill:none", f"    class {groups} column"] if groups else []
    lines.append("    classDef failed stroke-width:4px")
    rows = [(str(at), LAYERS[one.stage], one.name, one.note) for at, one in enumerate(steps, start=1)]
    plain = columns(rows) if rows else ""
    return Picture(
        "\n".join(lines), "\n".join(filter(None, [trace.request, plain, f"→ {answer(trace.status)}"]))
    )


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
