"""What every picture is: Mermaid text that JupyterLab renders, and a plain twin for everywhere else."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from course.base.text import short

Item = TypeVar("Item")
EMPTY = "\u200b"  # a line without anything visible, which Mermaid keeps
# What Mermaid would read as syntax even inside a label, as its entity codes (a number between # and ;).
_ENTITIES = {char: f"#{ord(char)};" for char in f'"#;<>&`%{EMPTY}'}
# The shapes of a node: what stands before and after its label.
SQUARE, ROUND, CIRCLE, CYLINDER = ("[", "]"), ("([", "])"), ("((", "))"), ("[(", ")]")
BOLD, DASHED, DOTTED = "stroke-width:4px", "stroke-dasharray:4 4", "stroke-dasharray:2 4"


@dataclass(frozen=True)
class Picture:
    """A picture as Mermaid text, and the same content as plain text of one or more lines."""

    mermaid: str
    text: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/vnd.mermaid": self.mermaid, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def escaped(*lines: object) -> str:
    """Any text as it may stand in Mermaid: each of these lines on one line."""
    found = [" ".join(str(line).split()) for line in lines]
    return "<br/>".join("".join(_ENTITIES.get(char, char) for char in line) for line in found)


def label(*lines: object) -> str:
    """A quoted Mermaid label of these lines; empty ones are left out."""
    return f'"{escaped(*(line for line in lines if str(line).strip()))}"'


def box(name: str, *lines: object, shape: tuple[str, str] = SQUARE, style: str = "") -> str:
    """A node of a flowchart with these lines as its label; `style`: one of those that `styles` explains."""
    return word(name, label(*lines), shape, style)


def word(name: str, text: str, shape: tuple[str, str], style: str = "") -> str:
    """A node with fixed words as its label, which need no quotes."""
    return f"{name}{shape[0]}{text}{shape[1]}{f':::{style}' if style else ''}"


def limited(items: Iterable[Item], most: int) -> tuple[list[Item], str]:
    """The first `most` of these, and "and 3 more" for the others; "" when there are no others."""
    found = list(items)
    return found[:most], f"and {len(found) - most} more" if len(found) > most else ""


def wrapped(text: object, width: int, most: int) -> list[str]:
    """The text in lines of at most `width` characters, cut with an ellipsis after about `most` of them."""
    return textwrap.wrap(short(text, width * most), width) or ["(empty)"]


class Diagram:
    """The Mermaid text of any diagram, built line by line."""

    def __init__(self, kind: str, title: str, **settings: Mapping[str, object]) -> None:
        """`settings`: Mermaid's options for this kind of diagram, such as `er={"entityPadding": 9}`."""
        self._lines = [f"%%{{init: {json.dumps(settings)}}}%%"] if settings else []
        self._lines += [kind, f"    accTitle: {escaped(title)}"]
        self._indent = "    "

    def add(self, *parts: str) -> None:
        """One line: a node, or nodes with arrows between them."""
        self._lines.append(self._indent + " ".join(parts))

    @contextmanager
    def block(self, first: str, last: str) -> Iterator[None]:
        """What is added inside stands between these two lines."""
        self.add(first)
        self._indent += "    "
        yield
        self._indent = self._indent[4:]
        self.add(last)

    def __str__(self) -> str:
        return "\n".join(self._lines)


class Flowchart(Diagram):
    """Nodes and arrows, from left to right ("LR"), top to bottom ("TB") or upwards ("BT")."""

    def __init__(self, direction: str, title: str, **options: object) -> None:
        super().__init__(f"flowchart {direction}", title, flowchart=options)

    @contextmanager
    def group(self, name: str, title: str, direction: str = "") -> Iterator[None]:
        """A frame around what is added inside, which may have a direction of its own."""
        with self.block(f"subgraph {box(name, title)}", "end"):
            if direction:
                self.add("direction", direction)
            yield

    def styles(self, **strokes: str) -> None:
        """What the styles of the nodes look like: `failed=BOLD`."""
        for name, stroke in strokes.items():
            self.add("classDef", name, stroke)

    def give(self, style: str, *names: str) -> None:
        """A style for nodes or groups that were added without one."""
        self.add("class", ",".join(names), style)


class SequenceDiagram(Diagram):
    """Messages between lanes, in order; a bar on a lane is an open transaction, which may last to the end."""

    def __init__(self, title: str, lanes: Mapping[str, str], align: str = "left", **options: object) -> None:
        """`lanes`: the name to show for each."""
        look = {"messageAlign": align, "mirrorActors": False, **options}
        super().__init__("sequenceDiagram", title, sequence=look)
        for lane, name in lanes.items():
            self.add(f"participant {lane} as {escaped(name)}")
        self._bars: set[str] = set()

    def message(self, start: str, arrow: str, end: str, *lines: str) -> None:
        """A message of these lines from one lane to another."""
        self.add(f"{start}{arrow}{end}: {escaped(*lines)}")

    def failure(self, start: str, end: str, lines: Sequence[str]) -> None:
        """A message that something failed, with a cross before its first line and at its arrow."""
        self.message(start, "--x", end, f"✗ {lines[0]}", *lines[1:])

    def note(self, place: str, *lines: str) -> None:
        """A note at a `place` such as "over P" or "right of S0"; none when there is nothing to say."""
        if any(lines):
            self.add(f"Note {place}: {escaped(*lines)}")

    def bar(self, lane: str, drawn: bool) -> None:
        """From here on a bar is drawn on this lane, or no longer; no change where that is so already."""
        if drawn != (lane in self._bars):
            self.add("activate" if drawn else "deactivate", lane)
            self._bars ^= {lane}

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"    deactivate {lane}" for lane in sorted(self._bars))])
