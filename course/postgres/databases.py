"""Databases from templates: each lesson and exercise has its own, and a clean one is milliseconds away."""

from collections.abc import Callable

from course.base.errors import CourseError
from course.postgres import connection, server, settings, templates
from course.postgres.connection import Access
from course.postgres.refusals import told

_RESERVED = (settings.MAINTENANCE, "template0", "template1", settings.TEMPLATE)


def create(name: str, template: str = settings.TEMPLATE) -> str:
    """Make the database `name` from `template` and return its address.

    Raises CourseError when the name is taken or cannot be a name, or when there is no such template.
    """
    access = _access(name)
    with templates.one_at_a_time(access) as cursor:
        templates.copy(cursor, access, name, template)
    return access.url(name)


def reset(name: str, template: str = settings.TEMPLATE) -> str:
    """Make the database `name` anew from `template` and return its address.

    Whoever is connected to the old one loses the connection, whatever locks it holds.
    Raises CourseError as `create` does.
    """
    access = _access(name)
    with templates.one_at_a_time(access) as cursor:
        templates.drop(cursor, access, name)
        templates.copy(cursor, access, name, template)
    return access.url(name)


def drop(name: str) -> None:
    """Drop the database `name`, and with it everybody's connections to it; do nothing when there is none."""
    access = _access(name)
    with templates.one_at_a_time(access) as cursor:
        templates.drop(cursor, access, name)


class ScratchDatabase:
    """A database to spoil; in a `with` block it is its address, and it is gone after the block."""

    def __init__(self, name: str, template: str = settings.TEMPLATE) -> None:
        self.name, self.url = name, reset(name, template)

    def drop(self) -> None:
        """Drop it, and with it everybody's connections to it; a second call does nothing."""
        drop(self.name)

    def __enter__(self) -> str:
        return self.url

    def __exit__(self, *_: object) -> None:
        self.drop()


def scratch_database(name: str, template: ScratchDatabase | None = None) -> ScratchDatabase:
    """Make an empty database beside the page's own, anew each time: `with scratch_database("lab") as url:`.

    Without a block its address is `.url`, and it stays until `.drop()` or until it is made anew. `template`:
    another one, whose tables and rows it begins with; nobody may be connected to that.
    Raises CourseError when the page has no database, or the template cannot be copied.
    """
    full = f"{connection.learners_name(connection.database(None))}_{name}"
    return ScratchDatabase(full, template.name if template else settings.TEMPLATE)


def set_aside(name: str) -> str:
    """Rename the database `name` to `name_kept_1`, or the next free number; "" when there is none.

    Whoever is connected loses the connection. Raises CourseError as `drop` does.
    """
    access = _access(name)
    with templates.one_at_a_time(access) as cursor:
        return templates.set_aside(cursor, access, name)


def names() -> list[str]:
    """Return the names of the databases that the course made, templates left out, in order."""
    access = server.ensure()
    with told(access), access.admin() as link, link.cursor() as cursor:
        return templates.names(cursor, access)


def url(name: str) -> str:
    """Return the address of the database `name`, for its owner; the database need not exist."""
    return _access(name).url(name)


def make_template(name: str, sql: str = "", fill: Callable[[str], None] | None = None) -> None:
    """Make a template by running `sql` as the learner's role; nobody may connect to it afterwards.

    `fill` does the rest: it gets the address of the database, and what it does is to follow from the name.
    Costs one query when the same statements made it before. When they are wrong, psycopg2's own error
    is raised, as is what `fill` raises, and an older template of that name stays as it was.
    """
    access = _access(name)
    with templates.one_at_a_time(access) as cursor:
        templates.build_template(cursor, access, name, sql, fill)


def _access(name: str) -> Access:
    if not name or "\0" in name or len(name.encode()) > 63 or name in _RESERVED:
        raise CourseError(
            f"{name!r} cannot be the name of a database of the course: it must have 1 to 63 bytes and must "
            f"not be one of the server's own ({', '.join(_RESERVED)}). Choose another name."
        )
    return server.ensure()
