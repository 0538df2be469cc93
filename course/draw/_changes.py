"""What a step did to a database: the parts that came, went or changed, by table."""

from itertools import groupby

from course.draw.mermaid import BOLD, DASHED, Flowchart, Picture, box, limited, wrapped
from course.postgres.catalog import Catalog, Difference

_MOST_BOXES, _MOST_PARTS = 8, 8
_WIDTH, _LINES = 66, 2  # characters in a line, and lines for one part
_INSIDE = ("column", "constraint", "index", "trigger")  # the parts of a table


def changes(before: Catalog, after: Catalog) -> Picture:
    """The difference between two looks at a database (`look.catalog()`): a box for each table that changed.

    `+` came, `-` went, `~` is another now. Bold: whole tables (views, …) that came; dashed: that went.
    """
    found = before.to(after)
    boxes = [*_wholes(found), *_insides(found)] or [("", ["no difference"])]
    shown, more = limited(boxes, _MOST_BOXES)
    chart = Flowchart("TB", "What changed", padding=8, rankSpacing=12, wrappingWidth=700)
    for number, (style, lines) in enumerate([*shown, *([("", [more])] if more else [])]):
        chart.add(box(f"t{number}", *lines, style=style))
        if number:
            chart.add(f"t{number - 1} ~~~ t{number}")  # one below the other
    chart.styles(came=BOLD, gone=DASHED)
    return Picture(str(chart), repr(found))


def _wholes(found: tuple[Difference, ...]) -> list[tuple[str, list[str]]]:
    """Tables, views, functions and the like that came, went or changed as a whole: a box for each sign."""
    wholes = sorted((each for each in found if each.part.kind not in _INSIDE), key=lambda each: each.sign)
    styles = {"+": "came", "-": "gone", "~": ""}
    return [
        (styles[sign], _lines([f"{sign} {each.part}{_said(each) if sign == '~' else ''}" for each in all_]))
        for sign, all_ in groupby(wholes, key=lambda each: each.sign)
    ]


def _insides(found: tuple[Difference, ...]) -> list[tuple[str, list[str]]]:
    """What changed inside of tables: a box for each."""
    inside = sorted((each for each in found if each.part.kind in _INSIDE), key=_place)
    return [
        ("", [owner, *_lines([_line(each) for each in all_])])
        for owner, all_ in groupby(inside, key=lambda each: each.part.owner)
    ]


def _place(each: Difference) -> tuple[str, int, str]:
    return each.part.owner, _INSIDE.index(each.part.kind), each.part.name


def _lines(parts: list[str]) -> list[str]:
    """A line for each part; what a long one says goes on below."""
    shown, more = limited(parts, _MOST_PARTS)
    broken = [wrapped(part, _WIDTH, _LINES) for part in shown]
    return [
        line if first else f"… {line}"
        for part in broken
        for first, line in zip([True, *[False] * len(part)], part, strict=False)
    ] + ([more] if more else [])


def _line(each: Difference) -> str:
    name = each.part.name if each.part.kind == "column" else f"{each.part.kind} {each.part.name}"
    return f"{each.sign} {name}{_said(each)}"


def _said(each: Difference) -> str:
    """What the server says of a part, without what the box says already."""
    both = [one.removeprefix(f"{each.part.owner} USING ") for one in (each.before, each.after) if one]
    said = " → ".join(both).replace("timestamp with time zone", "timestamptz")
    return f" {said}" if said else ""
