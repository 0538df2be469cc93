"""How many connections the server has left, and which pages hold them; looking changes nothing."""

import psycopg2

from course.base.errors import CourseError
from course.postgres import crowd
from course.postgres.diagnosis import Finding

_ENOUGH = 0.8  # of all connections: from here on the next page may get none
_SHOWN = 5


def connections() -> Finding:
    """Are there connections left for the next page?"""
    name = "The connections"
    try:
        found = crowd.counted()
    except (CourseError, psycopg2.Error) as problem:
        if crowd.is_refusal(problem):
            what, cause = "The server has no connection left.", "Pages hold them all."
            return Finding(name, False, what, cause, crowd.CURE)
        return Finding(name, True, "They are counted when the server answers.")
    if found is None:
        return Finding(name, True, "They are counted when the server runs.")
    return _judged(name, *found)


def _judged(name: str, held: crowd.Held, limit: int) -> Finding:
    used = sum(count for _, _, count, _ in held)
    if used < _ENOUGH * limit:
        return Finding(name, True, f"{used} of {limit} are in use.")
    shown = [_line(*each) for each in held[:_SHOWN]]
    cause = "Most are held by " + "; ".join(shown) + ("; and others." if len(held) > _SHOWN else ".")
    return Finding(name, False, f"{used} of the server's {limit} connections are in use.", cause, crowd.CURE)


def _line(database: str, application: str, count: int, pids: list[int]) -> str:
    numbers = ", ".join(str(pid) for pid in pids[:3]) + ", …" * (len(pids) > 3)
    called = f" called {application}" if application else ""
    return f"{crowd.page(database)}: {count}{called} (server processes {numbers})"
