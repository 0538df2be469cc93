"""The places of a connection pool: lent, idle, or not opened yet."""

from collections.abc import Sequence
from typing import Any

from course.pictures.picture import Picture, label, setting

MOST = 8  # places drawn one by one
APP = "the application"


def pool(engine: Any) -> Picture:
    """The pool of an engine as it is now: what is lent, what is idle, and how much more it may open.

    `engine`: of SQLAlchemy, async ones too. Bold: lent. Dotted: idle, or not opened.
    """
    places = getattr(engine, "sync_engine", engine).pool
    if not hasattr(places, "checkedin"):
        said = f"{type(places).__name__}: it keeps no connections"
        return Picture("\n".join([*_head(), f"    pool[{label(said)}]"]), said)
    return picture(places, [APP] * places.checkedout())


def picture(places: Any, borrowers: Sequence[str], others: Sequence[tuple[str, str]] = ()) -> Picture:
    """A QueuePool with the names of those who borrowed from it.

    `others`: name and state of those who have no connection; who waits is linked to the end of the pool.
    """
    size, extra, idle = places.size(), _extra(places), places.checkedin()
    said, free = summary(places), _free(size, extra, len(borrowers) + idle)
    kinds = ["lent" if at < size else "lent, overflow" for at in range(len(borrowers))] + ["idle"] * idle
    inner = [f"        p{at}[{label(kind)}]:::{kind[:4]}" for at, kind in enumerate(kinds[:MOST])]
    inner += [f"        more[{label(f'and {len(kinds) - MOST} more')}]"] if len(kinds) > MOST else []
    names = {
        name: f"b{at}" for at, name in enumerate(dict.fromkeys([*borrowers, *(one for one, _ in others)]))
    }
    lines = _head() + [
        f"    {node}([{label(name, dict(others).get(name, ''))}])" for name, node in names.items()
    ]
    lines += [f"    subgraph pool[{label(said)}]", *inner, f"        free[{label(free)}]:::free", "    end"]
    lines.append("    server[(PostgreSQL)]")
    lines += [f"    {names[name]} === p{at} === server" for at, name in enumerate(borrowers[:MOST])]
    lines += [f"    p{at} -.- server" for at, kind in enumerate(kinds[:MOST]) if kind == "idle"]
    for name, state in others:
        lines.append(f"    {names[name]} {'-.->|waits|' if state.startswith('waits') else '~~~'} free")
    lines += [
        "    free ~~~ server",
        "    classDef lent stroke-width:4px",
        "    classDef idle stroke-dasharray:2 4",
        "    classDef free stroke-dasharray:2 4,fill:none",
        "    classDef around fill:none",
        "    class pool around",
    ]
    return Picture("\n".join(lines), f"{said}; {free}")


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


def _head() -> list[str]:
    return [
        setting(
            "flowchart",
            nodeSpacing=14,
            rankSpacing=56,
            padding=8,
            wrappingWidth=300,
            subGraphTitleMargin={"top": 4, "bottom": 14},
        ),
        "flowchart LR",
        "    accTitle: The places of a connection pool",
    ]


def _extra(places: Any) -> int:
    return int(getattr(places, "_max_overflow", 0))  # there is no public name for it
