"""The SQL that makes, copies and drops databases, given a way into the server."""

import contextlib
import hashlib
import itertools
from collections.abc import Callable, Iterator

from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor

from course.base.errors import CourseError
from course.postgres import naming, settings
from course.postgres.connection import Access, connecting
from course.postgres.refusals import no_right, told

_WAIT = 60  # seconds
_OURS = "Made by the backend course, which may drop it."


class NoTemplate(CourseError):
    """A database was to be copied from a template that is not there."""


@contextlib.contextmanager
def one_at_a_time(access: Access) -> Iterator[Cursor]:
    """Give a cursor to the one process that makes or drops databases now: a template bears one copier.

    Raises CourseError when the server refuses what the block asks of it, or another process does not end.
    """
    with told(access), access.admin() as link, link.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{_WAIT}s'; SET lock_timeout = '{_WAIT}s'")
        _wait_for_others(cursor, access)
        yield cursor


def _wait_for_others(cursor: Cursor, access: Access) -> None:
    try:  # the lock is freed with the connection
        cursor.execute("SELECT pg_advisory_lock(%s)", [naming.lock(access.learner)])
    except (errors.LockNotAvailable, errors.QueryCanceled):
        cure = "If none is open, run `course stop`: it ends what was left behind." if access.ours else ""
        raise CourseError(
            f"Another program of the course has been making or dropping a database for {_WAIT} seconds and "
            "is not done, so this was not begun. Wait for the other notebooks and terminals of the course, "
            f"or close them; then run this again. {cure}".rstrip()
        ) from None


def copy(cursor: Cursor, access: Access, name: str, template: str) -> None:
    """Make the database `name` from `template`; only its owner may connect to it."""
    if not access.ours:
        _require_own(cursor, access, template)
    try:
        _copy(cursor, access, name, template)
    except errors.InvalidCatalogName:
        if template != settings.TEMPLATE:
            raise NoTemplate(
                f"There is no template {template!r}. Make it with make_template first."
            ) from None
        build_template(cursor, access, template, "")  # the first database on a server that is not ours
        _copy(cursor, access, name, template)


def _require_own(cursor: Cursor, access: Access, template: str) -> None:
    """Anybody may copy a template, but the tables in the copy would still be the other login's."""
    cursor.execute(
        "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = %s", [access.real(template)]
    )
    if cursor.fetchone() == (False,):
        raise CourseError(no_right(access, f"{access.real(template)} belongs to another login."))


def _copy(cursor: Cursor, access: Access, name: str, template: str) -> None:
    parts = ["CREATE DATABASE {name} TEMPLATE {template}"]
    if template == "template0":
        # The same order of text everywhere, so that a lesson prints the same on any server.
        modern = cursor.connection.server_version >= 170000
        builtin = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'" if modern else ""
        parts.append(f"ENCODING 'UTF8' LOCALE 'C' {builtin}")
    if access.ours:
        parts.append("OWNER {owner}")
    named = {
        "name": sql.Identifier(access.real(name)),
        "template": sql.Identifier(template if template == "template0" else access.real(template)),
        "owner": sql.Identifier(settings.LEARNER),
    }
    try:
        cursor.execute(sql.SQL(" ".join(parts)).format(**named))
    except errors.DuplicateDatabase:
        raise CourseError(f"There is a database {name!r} already. Use reset to make it anew.") from None
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**named))
    if not access.ours:
        _mark_and_limit(cursor, access.real(name))


def _mark_and_limit(cursor: Cursor, name: str) -> None:
    """On a server that is not ours: know our databases again, and limit them instead of the login."""
    database = sql.Identifier(name)
    cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(_OURS)))
    for setting, limit in settings.LIMITS.items():
        change = sql.SQL("ALTER DATABASE {} SET {} = {}")
        cursor.execute(change.format(database, sql.Identifier(setting), sql.Literal(limit)))


def drop(cursor: Cursor, access: Access, name: str) -> None:
    """Drop the database `name` with everybody's connections; do nothing when there is none."""
    is_template = _is_template(cursor, access, name)
    if is_template is None:
        return
    database = sql.Identifier(access.real(name))
    if is_template:
        cursor.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(database))
    try:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
    except errors.InsufficientPrivilege:
        # A login that is no superuser may not end an autovacuum worker; without FORCE the server does so.
        _end_sessions(cursor, access.real(name))
        cursor.execute(sql.SQL("DROP DATABASE {}").format(database))


def _end_sessions(cursor: Cursor, real_name: str) -> None:
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = %s AND backend_type = 'client backend'",
        [real_name],
    )


def _is_template(cursor: Cursor, access: Access, name: str) -> bool | None:
    """Whether a database is a template; None when there is none. Raises CourseError if it is not ours."""
    cursor.execute(
        "SELECT datistemplate, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [access.real(name)],
    )
    found = cursor.fetchone()
    if found is None:
        return None
    is_template, comment = found
    if not access.ours and not (comment or "").startswith(_OURS):
        raise CourseError(
            f"The server in {settings.URL_VARIABLE} has a database {access.real(name)!r} that the course did "
            "not make, so the course does not touch it. Rename it, or let the address name another server."
        )
    return bool(is_template)


def set_aside(cursor: Cursor, access: Access, name: str) -> str:
    """Rename the database `name` to the next free `name_kept_N` and return that; "" when there is none."""
    if _is_template(cursor, access, name) is None:
        return ""
    cursor.execute("SELECT datname FROM pg_database")
    taken = {each for (each,) in cursor.fetchall()}
    kept = next(each for n in itertools.count(1) if access.real(each := f"{name}_kept_{n}") not in taken)
    before, after = sql.Identifier(access.real(name)), sql.Identifier(access.real(kept))
    present = before
    # A database with a connection cannot be renamed, and whoever is sent away must not come back before.
    cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(before))
    try:
        _end_sessions(cursor, access.real(name))
        cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(before, after))
        present = after
    finally:
        cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(present))
    return kept


def names(cursor: Cursor, access: Access) -> list[str]:
    """Return the learner's databases that the course made, templates left out, in order."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE NOT datistemplate AND CASE WHEN %s "
        "THEN pg_get_userbyid(datdba) = %s ELSE shobj_description(oid, 'pg_database') LIKE %s END "
        "ORDER BY datname",
        [access.ours, settings.LEARNER, f"{_OURS}%"],
    )
    found = [name for (name,) in cursor.fetchall() if name.startswith(access.real("")) or access.ours]
    return [naming.learners_name(name, access.learner) for name in found]


def build_template(
    cursor: Cursor,
    access: Access,
    name: str,
    statements: str,
    fill: Callable[[str], None] | None = None,
) -> None:
    """Make the template `name` by running `statements` as its owner, unless it was made by the same ones.

    `fill` then gets its address, before it is closed to everybody.
    """
    mark = f"{_OURS} {hashlib.sha256(statements.encode()).hexdigest()}"
    description = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    cursor.execute(description, [access.real(name)])
    if cursor.fetchone() == (mark,):
        return
    building = f"{hashlib.sha256(name.encode()).hexdigest()[:20]}.building"
    drop(cursor, access, building)
    _copy(cursor, access, building, "template0")
    if statements.strip():
        with connecting(access.url(building), access.ours) as link, link.cursor() as inside:
            inside.execute(statements)
    if fill:
        fill(access.url(building))
    drop(cursor, access, name)
    _close(cursor, access.real(building), access.real(name), mark)


def _close(cursor: Cursor, building: str, name: str, mark: str) -> None:
    """Make a database a template that nobody may connect to, under its name."""
    names = {
        "building": sql.Identifier(building),
        "name": sql.Identifier(name),
        "mark": sql.Literal(mark),
    }
    for change in (
        "COMMENT ON DATABASE {building} IS {mark}",
        "ALTER DATABASE {building} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false",
        "ALTER DATABASE {building} RENAME TO {name}",
    ):
        cursor.execute(sql.SQL(change).format(**names))
