"""The simulated learner as a chart: topics remembered with and without reviews, and the load of each day.

vl-convert was considered, which draws Vega-Lite without a browser: 30 MB for one picture.
"""

from html import escape

from course.authoring.practice.simulation import A_WEEK, Day, in_words
from course.workspace import reviews

WIDTH, HEIGHT, LEFT, TOP, LOAD = 640, 220, 48, 30, 60  # of the chart, in pixels; LOAD: the height of the bars
_STYLE = """
  text { font: 12px sans-serif; fill: #555 } .with { stroke: #1976d2 } .without { stroke: #e65100 }
  .bar { fill: #9e9e9e } .axis { stroke: #9e9e9e } polyline { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #bbb } .with { stroke: #64b5f6 } .without { stroke: #ffb74d }
  }
"""


def chart(days: list[Day]) -> str:
    """Both shares as lines, the load of each day as bars below: an SVG that follows the page's theme."""
    step = WIDTH / len(days)
    bottom = TOP + HEIGHT + 20 + LOAD
    bars = "".join(
        f'<rect class="bar" x="{LEFT + place * step:.1f}" y="{bottom - height:.1f}" width="{step - 2:.1f}" '
        f'height="{height:.1f}"/>'
        for place, day in enumerate(days)
        if (height := LOAD * day.asked / reviews.MOST)
    )
    marks = "".join(
        f'<text x="{LEFT - 8}" y="{_y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        f'<line class="axis" x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{_y(share):.1f}" y2="{_y(share):.1f}" '
        'stroke-opacity="0.4"/>'
        for share in (0, 0.5, 1)
    )
    weeks = "".join(
        f'<text x="{LEFT + (week * A_WEEK) * step:.1f}" y="{bottom + 18}">week {week + 1}</text>'
        for week in range(len(days) // A_WEEK)
    )
    lines = _line("with", [day.reviewed for day in days]) + _line("without", [day.without for day in days])
    title = f"Topics that a simulated learner remembers; below, questions a day (at most {reviews.MOST})"
    said, box = escape(in_words(days)), f"0 0 {LEFT + WIDTH + 90} {bottom + 28}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{said}">',
        f'<style>{_STYLE}</style>\n<text x="{LEFT}" y="16">{title}</text>',
        *(marks, lines, bars, weeks),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - share)


def _line(name: str, shares: list[float]) -> str:
    step = WIDTH / len(shares)
    points = " ".join(f"{LEFT + (n + 0.5) * step:.1f},{_y(share):.1f}" for n, share in enumerate(shares))
    label = {"with": "reviewed daily", "without": "never reviewed"}[name]
    return (
        f'<polyline class="{name}" points="{points}"/>'
        f'<text x="{LEFT + WIDTH + 4}" y="{_y(shares[-1]) + 4:.1f}">{label}</text>'
    )
