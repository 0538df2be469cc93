"""What every picture is: Mermaid text that JupyterLab renders, and a plain twin for everywhere else."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

# What Mermaid would read as syntax even inside a label, as its entity codes (a number between # and ;).
_ENTITIES = {char: f"#{ord(char)};" for char in '"#;<>&`%'}
_WORDS = re.compile(r"\s+")


@dataclass(frozen=True)
class Picture:
    """A picture as Mermaid text, and the same content as plain text of one or more lines."""

    mermaid: str
    text: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/vnd.mermaid": self.mermaid, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def escaped(text: object) -> str:
    """Any text as it may stand in a Mermaid label, on one line."""
    return "".join(_ENTITIES.get(char, char) for char in _WORDS.sub(" ", str(text)).strip())


def setting(diagram: str, **options: object) -> str:
    """Mermaid's first line with options for one kind of diagram, such as `rankSpacing=25`."""
    return f"%%{{init: {json.dumps({diagram: options})}}}%%"


def label(*lines: object) -> str:
    """A quoted Mermaid label of these lines; empty ones are left out."""
    return '"' + "<br/>".join(escaped(line) for line in lines if str(line).strip()) + '"'


def short(text: object, limit: int = 60) -> str:
    """The text on one line, cut after `limit` characters with an ellipsis."""
    line = _WORDS.sub(" ", str(text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as plain text with aligned columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
