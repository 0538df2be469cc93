"""A system with a fault in it, drawn by a number: "incident roulette"."""

import random
from typing import TYPE_CHECKING

from course.base.errors import CourseError

if TYPE_CHECKING:
    from course.play.incidents.system import System

_running: "list[System]" = []


def causes() -> tuple[str, ...]:
    """The names of all causes that an incident may have; one of them is "nothing", a false alarm."""
    from course.play.incidents.faults import CAUSES

    return tuple(CAUSES)


def incident(seed: int, url: str | None = None, *, cause: str | None = None) -> "System":
    """Start a system with a fault in it; the same number draws the same fault. The one before is ended.

    `url`: the database, the page's own unless given; there it uses a schema of its own, which `close()`
    drops. `cause`: one of `causes()`, to choose it and not to draw it. Raises CourseError for another one.
    """
    from course.play.incidents.system import System
    from course.postgres.connection import address

    drawn = cause or random.Random(seed).choice(causes())
    if drawn not in causes():
        raise CourseError(f"There is no cause {drawn!r}. There are: {', '.join(causes())}.")
    while _running:
        _running.pop().close()
    system = System(address(url), drawn, seed)
    _running.append(system)
    return system
