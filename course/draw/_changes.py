"""What a step did to a database: the parts that came, went or changed, by table."""

from itertools import groupby

from course.base.text import short
from course.draw.mermaid import BOLD, DASHED, Flowchart, Picture, box, limited
from course.postgres.catalog import Catalog, Difference

_MOST_TABLES, _MOST_LINES, _WIDTH = 8, 8, 90
_INSIDE = ("column", "constraint", "index", "trigger")  # the parts of a table


def changes(before: Catalog, after: Catalog) -> Picture:
    """The difference between two looks at a database (`look.catalog()`), a box for each table.

    `+` came, `-` went, `~` is another now. Bold: the whole table is new; dashed: the whole table is gone.
    """
    found = before.to(after)
    chart = Flowchart("TB", "What changed", padding=8, nodeSpacing=16, wrappingWidth=600)
    groups = [
        (owner, list(all_)) for owner, all_ in groupby(sorted(found, key=_place), lambda d: d.part.owner)
    ]
    shown, more = limited(groups, _MOST_TABLES)
    for number, (owner, parts) in enumerate(shown):
        whole = None if parts[0].part.kind in _INSIDE else parts[0]
        lines, rest = limited([_line(each) for each in parts if each is not whole], _MOST_LINES)
        head = f"{whole.sign} {whole.part.kind} {owner}" if whole else owner
        style = {"+": "came", "-": "gone"}.get(whole.sign, "") if whole else ""
        chart.add(box(f"t{number}", head, *lines, rest, style=style))
    if more:
        chart.add(box("more", more))
    chart.styles(came=BOLD, gone=DASHED)
    return Picture(str(chart), repr(found))


def _place(each: Difference) -> tuple[str, bool, str, str]:
    return (
        each.part.owner,
        each.part.kind in ("column", "constraint", "index"),
        each.part.kind,
        each.part.name,
    )


def _line(each: Difference) -> str:
    said = " → ".join(" ".join(one.split()) for one in (each.before, each.after) if one)
    name = each.part.name if each.part.kind == "column" else f"{each.part.kind} {each.part.name}"
    return short(f"{each.sign} {name} {said}", _WIDTH)
