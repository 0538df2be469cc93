"""The places of a connection pool: lent, idle, or not opened yet."""

from collections.abc import Sequence
from typing import Any

from course.draw.mermaid import BOLD, CYLINDER, DOTTED, ROUND, Flowchart, Picture, box, limited, word

MOST_PLACES = 8  # places drawn one by one
APP = "the application"


def pool(engine: Any) -> Picture:
    """The pool of an engine as it is now: what is lent, what is idle, and how much more it may open.

    `engine`: of SQLAlchemy, async ones too. Bold: lent. Dotted: idle, or not opened.
    """
    places = getattr(engine, "sync_engine", engine).pool
    if not hasattr(places, "checkedin"):
        said = f"{type(places).__name__}: it keeps no connections"
        chart = _chart()
        chart.add(box("pool", said))
        return Picture(str(chart), said)
    return picture(places, [APP] * places.checkedout())


def picture(places: Any, borrowers: Sequence[str], others: Sequence[tuple[str, str]] = ()) -> Picture:
    """A QueuePool with the names of those who borrowed from it.

    `others`: name and state of those who have no connection; who waits is linked to the end of the pool.
    """
    size, extra, idle = places.size(), _extra(places), places.checkedin()
    said, free = summary(places), _free(size, extra, len(borrowers) + idle)
    kinds = ["lent" if at < size else "lent, overflow" for at in range(len(borrowers))] + ["idle"] * idle
    every = dict.fromkeys([*borrowers, *(name for name, _ in others)])
    names = {name: f"b{at}" for at, name in enumerate(every)}
    chart = _chart()
    for name, here in names.items():
        chart.add(box(here, name, dict(others).get(name, ""), shape=ROUND))
    shown, more = limited(kinds, MOST_PLACES)
    with chart.group("pool", said):
        for at, kind in enumerate(shown):
            chart.add(box(f"p{at}", kind, style=kind[:4]))
        if more:
            chart.add(box("more", more))
        chart.add(box("free", free, style="free"))
    chart.add(word("server", "PostgreSQL", CYLINDER))
    for at, kind in enumerate(shown):
        if kind == "idle":
            chart.add(f"p{at}", "-.-", "server")
        else:
            chart.add(names[borrowers[at]], "===", f"p{at}", "===", "server")
    for name, state in others:
        chart.add(names[name], "-.->|waits|" if state.startswith("waits") else "~~~", "free")
    chart.add("free", "~~~", "server")
    chart.styles(lent=BOLD, idle=DOTTED, free=f"{DOTTED},fill:none", around="fill:none")
    chart.give("around", "pool")
    return Picture(str(chart), f"{said}; {free}")


def summary(places: Any) -> str:
    """The pool in one line: "pool of 5 (+10): 1 lent, 2 idle"."""
    extra = _extra(places)
    over = "∞" if extra < 0 else extra
    return f"pool of {places.size()} (+{over}): {places.checkedout()} lent, {places.checkedin()} idle"


def _free(size: int, extra: int, opened: int) -> str:
    """What the pool can still do for one who asks, when nothing is idle."""
    if extra < 0:
        return "opens more without limit"
    parts = [f"{size - opened} more"] if opened < size else []
    over = extra - max(opened - size, 0)
    parts += [f"{over} in overflow"] if over > 0 else []
    return f"may open {' and '.join(parts)}" if parts else "may open no more"


def _chart() -> Flowchart:
    look: dict[str, Any] = {"nodeSpacing": 14, "rankSpacing": 56, "padding": 8, "wrappingWidth": 300}
    margin = {"top": 4, "bottom": 14}
    return Flowchart("LR", "The places of a connection pool", **look, subGraphTitleMargin=margin)


def _extra(places: Any) -> int:
    return int(getattr(places, "_max_overflow", 0))  # there is no public name for it
