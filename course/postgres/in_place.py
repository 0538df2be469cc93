"""A database that is emptied where it stands: a fifth of the work of dropping it and making it anew.

Truncating tables was considered: it leaves types, schemas, functions and settings that an answer made.
"""

import contextlib
import time
from collections.abc import Sequence
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from course.postgres import databases, server, settings

_WAIT_SECONDS = 20.0  # for sessions that were sent away; after that the database is made anew
# All that DROP OWNED cannot bring back. PostgreSQL's own objects have numbers below 16384.
_STATE = """
    SELECT (SELECT count(*) FROM pg_depend WHERE objid >= 16384 OR refobjid >= 16384),
           (SELECT count(*) FROM pg_shdepend WHERE dbid = d.oid),
           (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_default_acl),
           (SELECT array_agg((nspname, nspowner, nspacl, obj_description(oid, 'pg_namespace'))::text
            ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'),
           (SELECT array_agg(s::text) FROM pg_db_role_setting AS s WHERE setdatabase = d.oid),
           (datdba, datallowconn, datconnlimit, datacl, datistemplate)::text,
           shobj_description(oid, 'pg_database')
    FROM pg_database AS d WHERE datname = current_database()
"""
_ROLE = """
    SELECT rolpassword, setconfig FROM pg_authid
    LEFT JOIN pg_db_role_setting ON setrole = oid AND setdatabase = 0 WHERE rolname = $1
"""
# These hold lists, which are stored as they are written.
_LISTS = ("search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries")


class InPlace:
    """One database of our own server, and the administrator's session that empties it.

    Making one makes the database anew. Raises CourseError when there can be no server.
    """

    def __init__(self, name: str) -> None:
        databases.reset(name)
        access = server.ensure()
        self.url = access.checks_url(name)
        self._open = contextlib.ExitStack()
        self._link: Connection = self._open.enter_context(access.admin(name))
        # An answer may do to this database what it likes, and gets into none of the learner's.
        owned = sql.SQL("ALTER DATABASE {} OWNER TO {}")
        self._ask(owned.format(sql.Identifier(name), sql.Identifier(settings.CHECKER)))
        self._ask(
            f"SET lock_timeout = '{_WAIT_SECONDS:.0f}s'; SET statement_timeout = '{_WAIT_SECONDS:.0f}s'"
        )
        self._ask(f"PREPARE state AS {_STATE}")  # planning takes longer than these need to run
        self._ask(f"PREPARE role (text) AS {_ROLE}")
        self._new = self._ask("EXECUTE state")
        self.note_role()

    def empty(self, spared: Sequence[int] = ()) -> bool:
        """Bring it back to how it was made; False when only making it anew would do that.

        Sessions of the checks' role in it lose their connection, whatever locks they hold, except those of
        the server's processes in `spared`.
        """
        try:
            self._send_away(list(spared))
            self._ask(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(settings.CHECKER)))
            return self._ask("EXECUTE state") == self._new
        except psycopg2.Error:  # the server was stopped, or something cannot be dropped
            return False

    def note_role(self) -> None:
        """Remember the checks' role as it is now."""
        self._role = self._ask("EXECUTE role (%s)", [settings.CHECKER])

    def give_role_back(self) -> bool:
        """Undo what was done to the checks' role since: what is set for it holds in every database.

        True when something was done to it.
        """
        with contextlib.suppress(
            psycopg2.OperationalError, psycopg2.InterfaceError
        ):  # the server was stopped
            if self._ask("EXECUTE role (%s)", [settings.CHECKER]) != self._role:
                for change in _role_changes(*self._role[0]):
                    self._ask(change)
                return True
        return False

    def close(self) -> None:
        """End the administrator's session; the database stays."""
        self._open.close()

    def _send_away(self, spared: list[int]) -> None:
        others = """
            FROM pg_stat_activity
            WHERE datname = current_database() AND usename = %s AND pid <> ALL(%s::int[])
        """
        who, until = [settings.CHECKER, spared], time.monotonic() + _WAIT_SECONDS
        while self._ask(f"SELECT pg_terminate_backend(pid) {others}", who) and time.monotonic() < until:
            time.sleep(0.002)

    def _ask(self, statement: str | sql.Composable, values: Any = None) -> list[tuple[Any, ...]]:
        with self._link.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def names() -> list[str]:
    """The databases that checks of any process have made."""
    with server.ensure().admin() as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = %s ORDER BY 1",
            [settings.CHECKER],
        )
        return [name for (name,) in cursor.fetchall()]


def _role_changes(password: str, config: list[str] | None) -> list[sql.Composable]:
    role = sql.Identifier(settings.CHECKER)
    changes: list[sql.Composable] = [
        sql.SQL("ALTER ROLE {} RESET ALL").format(role),
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)),
    ]
    for name, _, value in (each.partition("=") for each in config or []):
        written = sql.SQL(value) if name in _LISTS else sql.Literal(value)
        changes.append(sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.Identifier(name), written))
    return changes
