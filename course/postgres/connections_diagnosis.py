"""How many connections the server has left, and which pages hold them; looking changes nothing."""

import psycopg2

from course.base.errors import CourseError
from course.postgres import postmaster, settings
from course.postgres.connection import Access, connecting
from course.postgres.diagnosis import Finding
from course.postgres.home import Home

_ENOUGH = 0.8  # of all connections: from here on the next page may get none
_SHOWN = 5

_HELD = """
SELECT coalesce(datname, '(none)'), application_name, count(*), array_agg(pid ORDER BY pid)
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
_LIMIT = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
"""

_CURE = (
    "Shut those pages down: in JupyterLab's left bar, under Running Terminals and Kernels, closed tabs "
    "still run. In a page that goes on, Kernel > Restart Kernel closes its connections."
)

Held = list[tuple[str, str, int, list[int]]]


def connections() -> Finding:
    """Are there connections left for the next page?"""
    name = "The connections"
    try:
        address = _address()
        if address is None:
            return Finding(name, True, "They are counted when the server runs.")
        with connecting(*address) as link, link.cursor() as cursor:
            cursor.execute(_LIMIT)
            (limit,) = cursor.fetchone() or (0,)
            cursor.execute(_HELD)
            held = cursor.fetchall()
    except (CourseError, psycopg2.Error) as problem:
        if "too many clients" in str(problem) or "connection slots" in str(problem):
            return Finding(name, False, "The server has no connection left.", "Pages hold them all.", _CURE)
        return Finding(name, True, "They are counted when the server answers.")
    return _judged(name, held, limit)


def _judged(name: str, held: Held, limit: int) -> Finding:
    used = sum(count for _, _, count, _ in held)
    if used < _ENOUGH * limit:
        return Finding(name, True, f"{used} of {limit} are in use.")
    shown = [_line(*each) for each in held[:_SHOWN]]
    cause = "Most are held by " + "; ".join(shown) + ("; and others." if len(held) > _SHOWN else ".")
    return Finding(name, False, f"{used} of the server's {limit} connections are in use.", cause, _CURE)


def _line(database: str, application: str, count: int, pids: list[int]) -> str:
    numbers = ", ".join(str(pid) for pid in pids[:3]) + ", …" * (len(pids) > 3)
    called = f" called {application}" if application else ""
    return f"{_page(database)}: {count}{called} (server processes {numbers})"


def _page(database: str) -> str:
    kind, _, number = database.partition("_")
    page = {"lesson": "the page of lesson", "exercises": "the page of the exercises of"}.get(kind)
    return f"{page} {number.replace('_', '.')}" if page and number else f"the database {database}"


def _address() -> tuple[str, bool] | None:
    """The address to count at and whether it is our own server; None when our own does not run."""
    other = settings.database_url()
    if other is not None:
        return other, False
    home = Home.here()
    running = postmaster.find(home.data)
    return (Access.to_ours(home, running.port).admin_url, True) if running and running.port else None
