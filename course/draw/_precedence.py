"""Which source of a setting wins: all of them at once, then one less each time."""

from collections.abc import Mapping, Sequence

from course.base.text import columns
from course.draw.mermaid import BOLD, DASHED, Flowchart, Picture, box

ABSENT = "–"


def precedence(rounds: Sequence[tuple[Mapping[str, str | None], str]]) -> Picture:
    """What each source said and what the setting was, a line for each round.

    `rounds`: what the sources said, by name and in the order in which they are drawn (None: nothing), and the
    value that the setting had then. The source that said this value has a thick border, silent ones a
    dashed one.
    """
    room = {
        "nodeSpacing": 16,
        "rankSpacing": 16,
        "padding": 8,
        "subGraphTitleMargin": {"top": 2, "bottom": 12},
    }
    chart = Flowchart("TB", "Which source of a setting wins", **room)
    rows: list[tuple[str, ...]] = [(*rounds[0][0], "the setting")] if rounds else []
    for at, (given, got) in enumerate(rounds):
        with chart.group(f"r{at}", f"the setting is {got}", "LR"):
            names = []
            for number, (source, value) in enumerate(given.items()):
                names.append(f"n{at}_{number}")
                style = "silent" if value is None else "wins" if value == got else ""
                chart.add(box(names[-1], source, value or ABSENT, style=style))
            chart.add(" --- ".join(names))
        if at:
            chart.add(f"r{at - 1}", "-->", f"r{at}")
        rows.append((*(value or ABSENT for value in given.values()), got))
    chart.styles(wins=BOLD, silent=DASHED, around="fill:none")
    if rounds:
        chart.give("around", *(f"r{at}" for at in range(len(rounds))))
    return Picture(str(chart), columns(rows) if rows else "")
