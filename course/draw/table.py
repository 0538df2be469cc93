"""A table, as HTML and as text: what a chart cannot show and a screen reader can read aloud."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from course.base.text import columns


@dataclass(frozen=True)
class Table:
    """A table as HTML and as text."""

    html: str
    text: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def as_text(heads: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    """Aligned columns below their heads; a row begins with its own head."""
    return columns([("", *heads), *rows])


def as_html(heads: Sequence[str], rows: Iterable[str], style: str) -> str:
    """Rows, each as made by `row`, below the heads of their columns, which have this style."""
    head = "".join(f'<th scope="col" style="{style}">{escape(each)}</th>' for each in heads)
    body = "".join(rows)
    return f'<table style="margin: 0"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>'


def row(head: str, cells: str, style: str = "white-space: nowrap") -> str:
    """One row: its head with this style, then its cells, which are HTML."""
    return f'<tr><th scope="row" style="text-align: left; {style}">{escape(head)}</th>{cells}</tr>'
