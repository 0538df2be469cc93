"""A trace as bars: what a request did, one below the other. Its times, which differ, are not stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from course.base.errors import CourseError
from course.base.text import short
from course.draw.live import bundle

WIDTH = 320  # pixels of the whole request
_ROW = (
    '<tr><td style="padding-right:12px;white-space:pre">{name}</td><td style="width:{whole}px"><div style="'
    'margin-left:{left}px;height:14px;width:{width}px;background:#4c78a8"></div></td><td>{ms} ms</td></tr>'
)


@dataclass(frozen=True)
class Spans:
    """The spans of one request, each below the one that it is a part of."""

    rows: tuple[tuple[str, int, int], ...]  # name, start and end, in nanoseconds

    def __repr__(self) -> str:
        names = "\n".join(name for name, *_ in self.rows)
        return f"{names}\n(the bars, which are measured, are shown where this cell is run)"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return bundle(repr(self), self.html)

    @property
    def html(self) -> str:
        """The bars, for a page that is being run."""
        first, last = min(row[1] for row in self.rows), max(row[2] for row in self.rows)
        scale = WIDTH / max(last - first, 1)
        rows = "".join(
            _ROW.format(
                name=escape(name),
                whole=WIDTH,
                left=round((start - first) * scale),
                width=max(round((end - start) * scale), 2),
                ms=f"{(end - start) / 1e6:,.1f}",
            )
            for name, start, end in self.rows
        )
        return f"<table>{rows}</table>"


def spans(ended: Sequence[Any]) -> Spans:
    """The spans of OpenTelemetry that belong to one request, in the order in which they began.

    Raises CourseError when there are none, or when they are of several traces.
    """
    if len({span.context.trace_id for span in ended}) != 1:
        raise CourseError("draw.spans() draws the spans of one request. Give it those of one trace.")
    parents = {span.context.span_id: span.parent.span_id if span.parent else 0 for span in ended}
    rows = []
    for span in sorted(ended, key=lambda span: (span.start_time, -span.end_time)):
        depth, above = 0, parents[span.context.span_id]
        while above in parents:
            depth, above = depth + 1, parents[above]
        said = " ".join(str((span.attributes or {}).get("db.query.text", "")).split())
        name = f"{'  ' * depth}{span.name}{'' if span.status.is_ok else '  ✗'}"
        rows.append((f"{name}  {_short(said)}".rstrip(), span.start_time, span.end_time))
    return Spans(tuple(rows))


def _short(statement: str) -> str:
    """Where a statement goes to: what follows FROM, INTO or UPDATE says more than its columns."""
    for word in (" FROM ", "INSERT INTO ", "UPDATE "):
        if word in statement:
            return short(word.strip() + " " + statement.partition(word)[2], 44)
    return short(statement, 44)
