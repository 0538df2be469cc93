"""Who holds the connections of a server: the pages, by the databases that are theirs."""

import psycopg2

from course.base.errors import CourseError
from course.postgres import postmaster, settings
from course.postgres.connection import APPLICATION, Access, connecting, learners_name
from course.postgres.home import Home

# What PostgreSQL says when it has no connection left: to everybody, and to all but the superuser.
_REFUSALS = ("too many clients", "connection slots are reserved", "too many connections")
_SHOWN = 3

_HELD = """
SELECT coalesce(datname, '(none)'), application_name, count(*), array_agg(pid ORDER BY pid)
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
_LIMIT = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
"""

CURE = (
    "Shut those pages down: in JupyterLab's left bar, under Running Terminals and Kernels, closed tabs "
    "still run. In a page that goes on, Kernel > Restart Kernel closes its connections."
)

# Database, application_name, how many connections, and the server's processes of them.
Held = list[tuple[str, str, int, list[int]]]


def is_refusal(problem: BaseException) -> bool:
    """Say whether this error means that the server has no connection left."""
    return any(words in str(problem) for words in _REFUSALS)


def counted() -> tuple[Held, int] | None:
    """Who holds how many connections, most first, and how many there can be; None when no server runs.

    Raises CourseError and psycopg2.Error.
    """
    address = _address()
    if address is None:
        return None
    with connecting(*address) as link, link.cursor() as cursor:
        cursor.execute(_LIMIT)
        (limit,) = cursor.fetchone() or (0,)
        cursor.execute(_HELD)
        return cursor.fetchall(), limit


def sentence(problem: BaseException) -> str:
    """What to tell a learner whose connection was refused because there are too many; "" for other errors."""
    if not is_refusal(problem):
        return ""
    try:
        found = counted()  # as the superuser, for whom the server keeps a few connections
    except (CourseError, psycopg2.Error):
        found = None
    held = found[0] if found else []
    theirs = [database for database, application, *_ in held if application != APPLICATION]
    names = list(dict.fromkeys(map(page, theirs)))[:_SHOWN]
    whose = f" Most are held by {', '.join(names)}." if names else ""
    return f"PostgreSQL has no connection left, so it refused this one.{whose} {CURE}"


def page(database: str) -> str:
    """The page that a database belongs to, in words."""
    kind, _, number = learners_name(database).partition("_")
    words = {"lesson": "the page of lesson", "exercises": "the page of the exercises of"}.get(kind)
    numbers = number.split("_")[:2]
    if words and len(numbers) == 2 and all(part.isdecimal() for part in numbers):
        return f"{words} {'.'.join(numbers)}"
    return f"the database {database}"


def _address() -> tuple[str, bool] | None:
    """The address to count at and whether it is our own server; None when our own does not run."""
    other = settings.database_url()
    if other is not None:
        return other, False
    home = Home.here()
    running = postmaster.find(home.data)
    return (Access.to_ours(home, running.port).admin_url, True) if running and running.port else None
