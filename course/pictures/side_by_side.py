"""Sessions side by side, PostgreSQL between them: who does what, who waits, what fails."""

import textwrap
from collections.abc import Sequence

from course.pictures.picture import Picture, escaped, setting, short
from course.timeline_step import Step, events
from course.timelines import Timeline

MOST = 30  # steps in one picture
WIDE = 40  # characters in a line of the picture


def timeline(line: Timeline) -> Picture:
    """A timeline as a sequence: `ana | PostgreSQL | ben`, in the order in which it happened.

    A bar on a session's line is its open transaction, a note says for whom it waits, a cross what failed.
    """
    nodes = {name: f"S{at}" for at, name in enumerate(line.names)}
    lanes = [f"    participant {node} as {escaped(name)}" for name, node in nodes.items()]
    lanes.insert(1, "    participant P as PostgreSQL")
    lines = [
        setting("sequence", messageAlign="center", mirrorActors=False, width=110, actorMargin=260),
        "sequenceDiagram",
        "    accTitle: Sessions side by side, step by step",
        *lanes,
    ]
    shown = line.steps[:MOST]
    inside: set[str] = set()
    for step, later in events(shown):
        lines += _resumed(step, nodes, inside) if later else _begun(step, nodes, inside)
    if len(line.steps) > MOST:
        lines.append(f"    Note over P: and {len(line.steps) - MOST} more steps")
    lines += [f"    deactivate {nodes[name]}" for name in line.names if name in inside]
    return Picture("\n".join(lines), repr(line))


def _begun(step: Step, nodes: dict[str, str], inside: set[str]) -> list[str]:
    node = nodes[step.session]
    lines = [f"    {node}->>P: {_wrapped(f'{step.number}: {step.text}')}"]
    if step.waited_for:
        side = "right" if node == "S0" else "left"  # towards PostgreSQL
        return [*lines, f"    Note {side} of {node}: waits for {escaped(step.waited_for)}"]
    return [*lines, *_answered(step, step.outcome, node), *_bar(step, node, inside)]


def _resumed(step: Step, nodes: dict[str, str], inside: set[str]) -> list[str]:
    node = nodes[step.session]
    return [*_answered(step, step.resumed, node), *_bar(step, node, inside)]


def _answered(step: Step, said: str, node: str) -> list[str]:
    if not said:
        return []
    return [f"    P{'--x' if step.error else '-->>'}{node}: {_wrapped(said)}"]


def _bar(step: Step, node: str, inside: set[str]) -> list[str]:
    """Begin or end the bar of an open transaction."""
    if step.open == (step.session in inside):
        return []
    (inside.add if step.open else inside.discard)(step.session)
    return [f"    {'activate' if step.open else 'deactivate'} {node}"]


def _wrapped(text: str) -> str:
    return "<br/>".join(map(escaped, _lines(text)))


def _lines(text: str) -> Sequence[str]:
    return textwrap.wrap(short(text.removeprefix("→ "), WIDE * 5), WIDE) or ["(empty)"]
