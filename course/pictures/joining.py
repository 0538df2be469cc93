"""A join as matched rows: each row of both tables, and a link for each row of the result."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from course.base.text import columns
from course.pictures.join_rows import _Joined, _joined, _Side
from course.pictures.picture import ROUND, Flowchart, Picture, box, limited, word

_Pair = tuple[str | None, str | None]
MOST = 6  # rows of one side in one picture
LONGEST = 30  # links that are told in its text


def join(
    query: Any,
    left: Any = None,
    right: Any = None,
    url: str | None = None,
    *,
    params: Any = None,
    show: Mapping[str, Sequence[str]] | None = None,
) -> Picture:
    """The rows of two tables, and one link for each row that the join's result has.

    `query`: SQL text (with `params` for %s) or a SQLAlchemy select(). `left`, `right`: the two tables as the
    query names them (their alias, where there is one), or mapped classes; without them, the first two of the
    FROM clause. `show`: the columns that label a table's rows, {"posts": ["id", "owner_id"]}; else its
    first two. Drawn is what FROM and WHERE give, before it is grouped, ordered or limited. A row that matched
    nothing and stays in the result is linked to NULL; a grey one is not in the result.
    Raises CourseError when there are no two tables or one is large, and psycopg2's own errors.
    """
    found = _joined(query, left, right, url, params, show)
    links = Counter(found.pairs)
    look: dict[str, Any] = {"nodeSpacing": 14, "rankSpacing": 150, "padding": 8, "curve": "linear"}
    chart = Flowchart("LR", found.said, **look, subGraphTitleMargin={"top": 4, "bottom": 14})
    _column(chart, "l", found.left, list(links))
    _column(chart, "r", found.right, [(right, left) for left, right in links], found.left)
    _connect(chart, found, links)
    chart.styles(lost="stroke-dasharray:3 4,fill:none,opacity:0.7", null="stroke-dasharray:3 4")
    return Picture(str(chart), _text(found, links))


def _column(
    chart: Flowchart, letter: str, side: _Side, links: list[_Pair], facing: _Side | None = None
) -> None:
    """The rows of one side in a frame; NULL among them where the result has none of them.

    `links`: each with the row of this side first. `facing`: the other side, which was drawn before.
    """
    used = {place for place, _ in links}
    shown, more = limited(side.rows.items(), MOST)
    nodes = [
        box(f"{letter}{at}", said, style="" if place in used else "lost")
        for at, (place, said) in enumerate(shown)
    ]
    nodes += [box(f"{letter}more", more, style="lost")] if more else []
    if None in used:
        null = word(f"{letter}null", "NULL", ROUND, "null")
        nodes.insert(0 if _high(links, facing) else len(nodes), null)
    with chart.group(letter, side.name):
        for one in nodes or [box(f"{letter}none", "no rows", style="lost")]:
            chart.add(one)


def _high(links: list[_Pair], facing: _Side | None) -> bool:
    """Whether NULL's partners stand in the upper half: there it goes too, or its lines would cross others."""
    rows = list(facing.rows) if facing else []
    places = [rows.index(other) for place, other in links if place is None and other in rows]
    return bool(places) and sum(places) / len(places) < (len(rows) - 1) / 2


def _connect(chart: Flowchart, found: _Joined, links: Counter[_Pair]) -> None:
    linked = False
    for (left, right), times in links.items():
        start, end = _end("l", found.left, left), _end("r", found.right, right)
        if start and end:
            linked = True
            arrow = "-.-" if None in (left, right) else "---"
            chart.add(start, f"{arrow}{f'|× {times}|' if times > 1 else ''}", end)
    if not linked:  # or the two columns would be drawn as rows
        starts, ends = _ends("l", found.left), _ends("r", found.right)
        for at in range(max(len(starts), len(ends))):
            chart.add(starts[min(at, len(starts) - 1)], "~~~", ends[min(at, len(ends) - 1)])


def _ends(letter: str, side: _Side) -> list[str]:
    return [f"{letter}{at}" for at in range(min(len(side.rows), MOST))] or [f"{letter}none"]


def _end(letter: str, side: _Side, place: str | None) -> str:
    if place is None:
        return f"{letter}null"
    at = list(side.rows).index(place)
    return f"{letter}{at}" if at < MOST else ""


def _text(found: _Joined, links: Counter[_Pair]) -> str:
    rows = [(found.left.name, "", found.right.name, "")]
    shown, more = limited(links.items(), LONGEST)
    for (left, right), times in shown:
        ends = [
            "NULL" if place is None else side.rows[place]
            for side, place in ((found.left, left), (found.right, right))
        ]
        rows.append((ends[0], "–", ends[1], f"× {times}" if times > 1 else ""))
    count = sum(links.values())
    lines = [found.said, "", columns(rows), *([more] if more else [])]
    lines.append(f"({count} row{'s' * (count != 1)})")
    for at, side in enumerate((found.left, found.right)):
        used = {pair[at] for pair in links}
        lost, more = limited((said for place, said in side.rows.items() if place not in used), LONGEST)
        if lost:
            lines.append(f"not in the result, of {side.name}: {', '.join(lost)} {more}".rstrip())
    return "\n".join(lines)
