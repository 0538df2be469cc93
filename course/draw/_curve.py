"""Curves as Vega-Lite charts, which JupyterLab draws itself, with a table of the same numbers beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course.base.errors import CourseError
from course.base.text import columns

# altair 6 writes Vega-Lite 6; JupyterLab 4.6 draws 5, and lines and points are the same in both.
MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, HEIGHT = 480, 240  # pixels
Points = Mapping[float, float]


@dataclass(frozen=True)
class Curve:
    """A chart as a Vega-Lite specification, and its numbers as plain text."""

    spec: dict[str, Any]
    text: str

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        # Without the menu of Vega, whose entries are for those who write charts.
        return {MIME: self.spec, "text/plain": self.text}, {MIME: {"embed_options": {"actions": False}}}

    def __str__(self) -> str:
        return self.text


def curve(title: str, x_label: str, y_label: str, series: Mapping[str, Points]) -> Curve:
    """One line for each name of `series`, through its points {x: y}.

    Raises CourseError when there is nothing to draw.
    """
    rows: list[dict[str, Any]] = [
        {"x": x, "y": y, "line": name} for name, points in series.items() for x, y in points.items()
    ]
    if not rows:
        raise CourseError("There is nothing to draw: give draw.curve() lines as {'name': {x: y, …}}.")
    return Curve(_spec(title, x_label, y_label, rows, list(series)), _text(title, x_label, y_label, series))


def _spec(
    title: str, x_label: str, y_label: str, rows: list[dict[str, Any]], names: list[str]
) -> dict[str, Any]:
    import altair

    scale, grid = altair.Scale(zero=True), altair.Axis(gridOpacity=0.4)
    legend = altair.Legend(title=None, symbolType="circle") if len(names) > 1 else None
    chart = altair.Chart(altair.InlineData(rows), width=WIDTH, height=HEIGHT).encode(
        x=altair.X("x:Q", title=x_label, scale=scale, axis=grid),
        y=altair.Y("y:Q", title=y_label, scale=scale, axis=grid),
        color=altair.Color("line:N", sort=names, legend=legend),
    )
    dashes = altair.StrokeDash("line:N", sort=names, legend=None)
    both = altair.layer(chart.mark_line().encode(strokeDash=dashes), chart.mark_circle(size=60, opacity=1))
    spec: dict[str, Any] = both.properties(title=title).to_dict()
    for name in ("datasets", "config"):  # a name made from a hash, and what does not apply here
        spec.pop(name, None)
    return spec | {"$schema": SCHEMA, "background": "transparent", "data": {"values": rows}}


def _text(title: str, x_label: str, y_label: str, series: Mapping[str, Points]) -> str:
    every = sorted({x for points in series.values() for x in points})
    head = (x_label, *(name or y_label for name in series))
    body = [(_number(x), *(_number(points.get(x)) for points in series.values())) for x in every]
    return f"{title} ({y_label})\n{columns([head, *body])}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
