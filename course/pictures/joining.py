"""A join as matched rows: each row of both tables, and a link for each row of the result."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from course.pictures.join_rows import Joined, Side, joined
from course.pictures.picture import Picture, columns, escaped, label, setting

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
    found = joined(query, left, right, url, params, show)
    links = Counter(found.pairs)
    frame = {"top": 4, "bottom": 14}
    lines = [
        setting(
            "flowchart", nodeSpacing=14, rankSpacing=150, padding=8, curve="linear", subGraphTitleMargin=frame
        ),
        "flowchart LR",
        f"    accTitle: {escaped(found.said)}",
        *_column("l", found.left, list(links)),
        *_column("r", found.right, [(right, left) for left, right in links], found.left),
        *_links(found, links),
        "    classDef lost stroke-dasharray:3 4,fill:none,opacity:0.7",
        "    classDef null stroke-dasharray:3 4",
    ]
    return Picture("\n".join(lines), _text(found, links))


def _column(letter: str, side: Side, links: list[_Pair], facing: Side | None = None) -> list[str]:
    """The rows of one side in a frame; NULL among them where the result has none of them.

    `links`: each with the row of this side first. `facing`: the other side, which was drawn before.
    """
    used = {place for place, _ in links}
    lines = []
    for at, (place, said) in enumerate(side.rows.items()):
        if at < MOST:
            lines.append(f"        {letter}{at}[{label(said)}]{'' if place in used else ':::lost'}")
    if len(side.rows) > MOST:
        lines.append(f"        {letter}more[{label(f'and {len(side.rows) - MOST} more')}]:::lost")
    if None in used:
        lines.insert(0 if _high(links, facing) else len(lines), f"        {letter}null([NULL]):::null")
    if not lines:
        lines.append(f"        {letter}none[{label('no rows')}]:::lost")
    return [f"    subgraph {letter}[{label(side.name)}]", *lines, "    end"]


def _high(links: list[_Pair], facing: Side | None) -> bool:
    """Whether NULL's partners stand in the upper half: there it goes too, or its lines would cross others."""
    rows = list(facing.rows) if facing else []
    places = [rows.index(other) for place, other in links if place is None and other in rows]
    return bool(places) and sum(places) / len(places) < (len(rows) - 1) / 2


def _links(found: Joined, links: Counter[_Pair]) -> list[str]:
    lines = []
    for (left, right), times in links.items():
        start, end = _node("l", found.left, left), _node("r", found.right, right)
        if start and end:
            arrow = "-.-" if None in (left, right) else "---"
            lines.append(f"    {start} {arrow}{f'|× {times}|' if times > 1 else ''} {end}")
    if not lines:  # or the two columns would be drawn as rows
        ends = [
            [f"{letter}{at}" for at in range(min(len(side.rows), MOST))] or [f"{letter}none"]
            for letter, side in (("l", found.left), ("r", found.right))
        ]
        lines = [
            f"    {ends[0][min(at, len(ends[0]) - 1)]} ~~~ {ends[1][min(at, len(ends[1]) - 1)]}"
            for at in range(max(map(len, ends)))
        ]
    return lines


def _node(letter: str, side: Side, place: str | None) -> str:
    if place is None:
        return f"{letter}null"
    at = list(side.rows).index(place)
    return f"{letter}{at}" if at < MOST else ""


def _text(found: Joined, links: Counter[_Pair]) -> str:
    rows = [(found.left.name, "", found.right.name, "")]
    for (left, right), times in list(links.items())[:LONGEST]:
        ends = [
            "NULL" if place is None else side.rows[place]
            for side, place in ((found.left, left), (found.right, right))
        ]
        rows.append((ends[0], "–", ends[1], f"× {times}" if times > 1 else ""))
    count = sum(links.values())
    lines = [found.said, "", columns(rows)]
    lines += [f"and {len(links) - LONGEST} more"] if len(links) > LONGEST else []
    lines.append(f"({count} row{'s' * (count != 1)})")
    for at, side in enumerate((found.left, found.right)):
        used = {pair[at] for pair in links}
        lost = [said for place, said in side.rows.items() if place not in used]
        if lost:
            more = f" and {len(lost) - LONGEST} more" if len(lost) > LONGEST else ""
            lines.append(f"not in the result, of {side.name}: {', '.join(lost[:LONGEST])}{more}")
    return "\n".join(lines)
