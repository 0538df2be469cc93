"""Bars of measured numbers, which differ in each run: the stored output has the names without them."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from course.base.errors import CourseError
from course.draw.live import bundle

WIDTH = 320  # pixels of the longest bar
_ROW = (
    '<tr><td style="padding-right:12px">{name}</td><td><div style="display:inline-block;height:14px;'
    'vertical-align:middle;width:{width}px;background:#4c78a8"></div> {number}</td></tr>'
)


@dataclass(frozen=True)
class Measured:
    """What was measured, and how much of it each name has."""

    title: str
    values: Mapping[str, float]

    def __repr__(self) -> str:
        names = "\n".join(f"  {name}" for name in self.values)
        return f"{self.title}\n{names}\n(measured: the bars are shown where this cell is run)"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return bundle(repr(self), self.html)

    @property
    def html(self) -> str:
        """The bars, for a page that is being run."""
        most = max(self.values.values()) or 1
        rows = "".join(
            _ROW.format(name=escape(name), width=round(WIDTH * value / most), number=f"{value:,.3g}")
            for name, value in self.values.items()
        )
        return f"<b>{escape(self.title)}</b><table>{rows}</table>"


def measured(title: str, values: Mapping[str, float]) -> Measured:
    """A bar for each name, as long as its measured number, in the order in which they were given.

    Where the cell is not run, only the names are shown. Raises CourseError when there is nothing to draw.
    """
    if not values:
        raise CourseError("There is nothing to draw: give draw.measured() numbers as {'name': number, …}.")
    return Measured(title, dict(values))
