"""Bars as a Vega-Lite chart, one for each name, with a table of the same numbers beside them."""

from collections.abc import Mapping
from typing import Any

from course.base.errors import CourseError
from course.base.text import columns
from course.draw._curve import SCHEMA, WIDTH, Curve

HIGH = 26  # pixels of a bar and the space below it


def bars(title: str, label: str, values: Mapping[str, float]) -> Curve:
    """One bar for each name, as long as its number, in the order in which they were given.

    Raises CourseError when there is nothing to draw.
    """
    if not values:
        raise CourseError("There is nothing to draw: give draw.bars() numbers as {'name': number, …}.")
    rows = [(name, f"{value:.10g}") for name, value in values.items()]
    return Curve(_spec(title, label, values), columns([(title, label), *rows]))


def _spec(title: str, label: str, values: Mapping[str, float]) -> dict[str, Any]:
    import altair

    rows = [{"name": name, "value": value} for name, value in values.items()]
    base = altair.Chart(altair.InlineData(rows), width=WIDTH, height=HIGH * len(rows)).encode(
        y=altair.Y("name:N", title=None, sort=list(values), axis=altair.Axis(labelLimit=260)),
        x=altair.X("value:Q", title=label, axis=altair.Axis(gridOpacity=0.4)),
    )
    both = altair.layer(
        base.mark_bar(height=14),
        base.mark_text(align="left", dx=4, color="gray").encode(text=altair.Text("value:Q")),
    )
    spec: dict[str, Any] = both.properties(title=title).to_dict()
    for name in ("datasets", "config"):  # a name made from a hash, and what does not apply here
        spec.pop(name, None)
    return spec | {"$schema": SCHEMA, "background": "transparent", "data": {"values": rows}}
