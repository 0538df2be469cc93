"""Which databases the sessions of one name reached: the log knows it, whatever address they used."""

from course.look import log_format, log_text
from course.look.log_source import Mark, source


def begin() -> Mark:
    """The present end of the log, for a later `databases`."""
    return source().mark()


def databases(session: str, since: Mark) -> set[str]:
    """The databases that sessions of this name (libpq's PGAPPNAME) sent something to since that moment.

    Where the log of a server that is not ours cannot be read, it is empty. Raises CourseError.
    """
    log = source()
    return set() if log.missing else log_format.databases(log_text.until_now(log, since), session)
