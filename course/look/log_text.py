"""The text of the server's log from a moment until now."""

import secrets
import time

from course.base.errors import CourseError
from course.look.log_source import Mark, Source

DEADLINE = 10.0  # seconds until a statement must be in the log


def until_now(log: Source, start: Mark) -> str:
    """What the log holds since `start`, up to all that was sent before this call. Raises CourseError."""
    from course.postgres import ensure

    access = ensure()
    marker = f"the look at the log ends here: {secrets.token_hex(8)}"
    with access.admin() as link, link.cursor() as cursor:
        if access.ours:  # elsewhere it is set for every session, or the log is not read
            cursor.execute("SET log_statement = 'all'")
        cursor.execute(f"SELECT '{marker}'")
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        text = log.since(start)
        if marker in text:
            return text[: text.index(marker)]
        time.sleep(0.005)
    raise CourseError(
        "The server's log does not show what was sent, so there is nothing to see. "
        "Run `course stop`, then the first code cell of this page: that starts PostgreSQL anew."
    )
