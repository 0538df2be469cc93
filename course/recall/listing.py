"""Sentences with links behind them, under heads: as text, and as HTML with a fold for each head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from course.base.text import as_html, columns


@dataclass(frozen=True)
class Line:
    """A sentence, a word or two that say where it is proved, and the links to it as HTML."""

    said: str
    where: str
    links: str
    sign: str = ""


@dataclass(frozen=True)
class Listing:
    """Lines under heads. With `brief`, the text has only the heads, each with its brief words."""

    sections: Mapping[str, Sequence[Line]]
    brief: Mapping[str, str] = field(default_factory=dict)
    unfolded: str = ""  # the head whose fold is open; of a single one, its own

    def __str__(self) -> str:
        if self.brief:
            return columns([(head, self.brief[head]) for head in self.sections])
        parts = []
        for head, lines in self.sections.items():
            rows = [(f"  {each.sign}{each.said}", each.where) for each in lines]
            parts.append("\n".join([head, columns(rows)]))
        return "\n".join(parts)

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        html = "".join(self._fold(head, lines) for head, lines in self.sections.items())
        return {"text/plain": str(self), "text/html": html}

    def _fold(self, head: str, lines: Sequence[Line]) -> str:
        rows = "".join(
            f'<tr><td style="text-align: left">{escape(each.sign)}{as_html(each.said)}</td>'
            f'<td style="text-align: left; white-space: nowrap">{each.links}</td></tr>'
            for each in lines
        )
        is_open = " open" if head == self.unfolded or len(self.sections) == 1 else ""
        about = f": {self.brief[head]}" if self.brief else f" ({len(lines)})"
        return (
            f'<details{is_open}><summary style="cursor: pointer">{escape(head + about)}</summary>'
            f'<table style="margin: 0 0 0 1em">{rows}</table></details>'
        )
