"""The simulated learner as a chart: topics remembered with and without reviews, and the load of each day.

vl-convert was considered, which draws Vega-Lite without a browser: 30 MB for one picture.
"""

from html import escape

from course.authoring.practice.simulation import A_WEEK, WEEKS, Day, in_words
from course.workspace import reviews

WIDTH, HEIGHT, LEFT, TOP, LOAD = 640, 220, 48, 30, 60  # of the chart, in pixels; LOAD: the height of the bars
BOTTOM = TOP + HEIGHT + 20 + LOAD
_STYLE = """
  text { font: 12px sans-serif; fill: #555 }
  .p2 { stroke: #1976d2 } .p1 { stroke: #388e3c } .p0 { stroke: #e65100 }
  .bar { fill: #9e9e9e } .axis { stroke: #9e9e9e } polyline { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #bbb } .p2 { stroke: #64b5f6 } .p1 { stroke: #81c784 } .p0 { stroke: #ffb74d }
  }
"""


_LABELS = {2: "two pages a day", 1: "one page a day", 0: "never reviewed"}


def chart(days: dict[int, list[Day]]) -> str:
    """A line for each number of pages a day, and the load of one page as bars: an SVG in the page's theme."""
    weeks = "".join(
        f'<text x="{_x(week * A_WEEK):.1f}" y="{BOTTOM + 18}">week {week + 1}</text>' for week in range(WEEKS)
    )
    said, box = escape(in_words(days)), f"0 0 {LEFT + WIDTH + 100} {BOTTOM + 28}"
    title = "Topics that a simulated learner remembers; below, questions of one page a day"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{said}">',
        f'<style>{_STYLE}</style>\n<text x="{LEFT}" y="16">{title}</text>',
        *(_mark(share) for share in (0, 0.5, 1)),
        *(_line(pages, each) for pages, each in days.items()),
        *(_bar(place, day.asked) for place, day in enumerate(days[1])),
        weeks,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _x(day: float) -> float:
    return LEFT + day * WIDTH / (WEEKS * A_WEEK)


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - share)


def _mark(share: float) -> str:
    return (
        f'<text x="{LEFT - 8}" y="{_y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        f'<line class="axis" x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{_y(share):.1f}" y2="{_y(share):.1f}" '
        'stroke-opacity="0.4"/>'
    )


def _bar(place: int, asked: int) -> str:
    high = LOAD * asked / reviews.MOST
    corner = f'x="{_x(place):.1f}" y="{BOTTOM - high:.1f}"'
    return f'<rect class="bar" {corner} width="{_x(1) - _x(0) - 2:.1f}" height="{high:.1f}"/>'


def _line(pages: int, days: list[Day]) -> str:
    points = " ".join(f"{_x(n + 0.5):.1f},{_y(day.remembered):.1f}" for n, day in enumerate(days))
    return (
        f'<polyline class="p{pages}" points="{points}"/>'
        f'<text x="{LEFT + WIDTH + 4}" y="{_y(days[-1].remembered) + 4:.1f}">{_LABELS[pages]}</text>'
    )
