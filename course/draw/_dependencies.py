"""What a path operation depends on, in the order in which a traced request ran it."""

from dataclasses import dataclass, field

from course.base.text import columns, short
from course.draw.mermaid import BOLD, DASHED, Flowchart, Picture, box
from course.tracing.steps import Step, Trace, status_line

_REUSED = "its value is reused"


@dataclass
class _Node:
    name: str
    parent: str
    lines: list[str]
    style: str = ""
    number: int = 0  # its place in the order of running; 0: it never ran
    failed: bool = False  # while it ran; not in its teardown
    reused_by: list[str] = field(default_factory=list)


def dependencies(trace: Trace) -> Picture:
    """The tree of dependencies of one traced request; each gives its value to what the arrow points to.

    The numbers say in which order they ran, and in which order their teardown did. A dotted arrow is a value
    that is used again. A thick border marks where it went wrong, a dashed one what was never reached.
    """
    nodes = _nodes(trace)
    _teardowns(trace, nodes)
    title = f"The dependencies of {trace.request}"
    chart = Flowchart("LR", title, nodeSpacing=22, rankSpacing=28, padding=8, wrappingWidth=480)
    for at, node in enumerate(nodes):
        chart.add(box(f"n{at}", *node.lines, style=node.style))
    _connect(chart, nodes)
    chart.styles(failed=BOLD, never=DASHED)
    rows = []
    for node in nodes:
        uses = [node.parent, *(f"{name} (reused)" for name in node.reused_by)]
        to = f"→ {', '.join(uses)}" if node.parent else f"→ {status_line(trace.status)}"
        rows.append((str(node.number or "–"), node.name, to, "; ".join(node.lines[1:])))
    return Picture(str(chart), columns(rows))


def _nodes(trace: Trace) -> list[_Node]:
    """The dependencies as they ran, what never ran, and the router function last."""
    target = _target(trace)
    steps = trace.stages("dependency")
    nodes: list[_Node] = []
    for step in steps:
        before = [node for node in nodes if node.name == step.name]
        if _REUSED in step.note and before:
            before[-1].reused_by.append(step.parent)
        else:
            number = sum(bool(node.number) for node in nodes) + 1 if "not called" not in step.note else 0
            nodes.append(_node(step, step.name, step.parent, number))
    asking = [step.parent for step in steps if step.parent != target]
    for name in dict.fromkeys(asking):
        if name not in {node.name for node in nodes}:
            nodes.append(_Node(name, target, [name, "never reached"], "never"))
    ran = trace.stages("function")
    if ran:
        number = sum(bool(node.number) for node in nodes) + 1
        last = _node(ran[-1], target, "", number)
    else:
        last = _Node(target, "", [target, "never reached"], "never")
    last.lines.append(f"the client got {status_line(trace.status)}")
    return [*nodes, last]


def _target(trace: Trace) -> str:
    """The name of the router function, run or not."""
    ran = trace.stages("function")
    routed = [step.note for step in trace.stages("routing") if step.note.startswith("to ")]
    return ran[-1].name if ran else routed[-1].removeprefix("to ") if routed else "no route"


def _node(step: Step, name: str, parent: str, number: int) -> _Node:
    head = f"{number} · {name}" if number else name
    notes = [note for note in step.note.split("; ") if note]
    began = step.failed and number
    lines = [f"✗ {head}" if step.failed else head, *(short(note, 48) for note in notes)]
    return _Node(name, parent, lines, "failed" if began else "", number, step.failed)


def _teardowns(trace: Trace, nodes: list[_Node]) -> None:
    """Say at each dependency when its teardown ran: the last to begin is the first to end."""
    ended: set[int] = set()
    for number, step in enumerate(trace.stages("teardown"), start=1):
        for at in range(len(nodes) - 1, -1, -1):
            node = nodes[at]
            if node.name == step.name and at not in ended:
                ended.add(at)
                notes = step.note.split("; ")
                mark = "✗ " if step.failed else ""
                node.lines += [
                    f"{mark}teardown {number}: {notes[0]}",
                    *(short(note, 48) for note in notes[1:]),
                ]
                if step.failed:
                    node.style = "failed"
                break


def _connect(chart: Flowchart, nodes: list[_Node]) -> None:
    for at, node in enumerate(nodes[:-1]):
        to = _place(nodes, at, node.parent)
        arrow = "==>" if node.number and nodes[to].number and not node.failed else "-.->"
        chart.add(f"n{at}", arrow, f"n{to}")
        for name in node.reused_by:
            chart.add(f"n{at}", "-.->|reused|", f"n{_place(nodes, at, name)}")


def _place(nodes: list[_Node], at: int, name: str) -> int:
    """Who asked: the next of that name to run, for what is asked for runs first."""
    later = [number for number in range(at + 1, len(nodes)) if nodes[number].name == name]
    return later[0] if later else len(nodes) - 1
