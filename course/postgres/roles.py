"""What a new server gets before anybody uses it: the learner's role with its limits, and the template."""

import hashlib
import json
import time

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from course.base.errors import CourseError
from course.postgres import refusals, settings, templates
from course.postgres.connection import Access
from course.postgres.home import Home

_RELOAD_SECONDS = 5.0


def _fingerprint() -> str:
    """Changes when the set-up below changes, so that an older server gets it anew."""
    return hashlib.sha256(json.dumps(["6", settings.LIMITS, settings.LOG_LINE_PREFIX]).encode()).hexdigest()


def prepared(home: Home) -> bool:
    """Say whether the server of `home` has had this set-up."""
    try:
        return home.ready.read_text("ascii") == _fingerprint()
    except OSError:
        return False


def prepare(home: Home, access: Access) -> None:
    """Give our own server its role and template, unless it has them."""
    if prepared(home):
        return
    passwords = home.passwords()
    with access.admin() as link, link.cursor() as cursor:
        _quick_logins(cursor)
        again = sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(settings.ADMIN))
        cursor.execute(again, [passwords[settings.ADMIN]])
        for name in (settings.LEARNER, settings.CHECKER):
            _make_ordinary(cursor, name, passwords[name])
        shut = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(settings.MAINTENANCE))
        cursor.execute(shut)
        _let_look(cursor)
    with templates.one_at_a_time(access) as cursor:
        templates.build_template(cursor, access, settings.TEMPLATE, "")
    home.ready.write_text(_fingerprint(), "ascii")


def _make_ordinary(cursor: Cursor, name: str, password: str) -> None:
    """Make a role that logs in and may do nothing out of the ordinary; an older one becomes so."""
    role = sql.Identifier(name)
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name])
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {}").format(role))
    plain = "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %s"
    cursor.execute(sql.SQL(plain).format(role), [password])
    for setting, limit in settings.LIMITS.items():
        cursor.execute(sql.SQL("ALTER ROLE {} SET {} = %s").format(role, sql.Identifier(setting)), [limit])
    cursor.execute(sql.SQL("GRANT pg_read_all_stats TO {}").format(role))
    # Only a superuser may set it, and for the role it holds in every database that is ever made.
    cursor.execute(sql.SQL("ALTER ROLE {} SET log_statement = 'all'").format(role))


def _quick_logins(cursor: Cursor) -> None:
    """From here on passwords are stored for a quick login, which halves the time that a connection takes.

    Thousands of rounds of hashing make a password that people choose hard to guess; ours are 128 random bits.
    """
    if cursor.connection.server_version >= 160000:
        cursor.execute("SET scram_iterations = 1")


def _let_look(cursor: Cursor) -> None:
    """What the lessons look at: locks without a long wait, and a log whose lines name their database."""
    if cursor.connection.server_version >= 150000:  # so that a timeline need not wait a second for a deadlock
        # To everybody: emptying a database (in_place.py) takes away what the learner's role was given.
        cursor.execute("GRANT SET ON PARAMETER deadlock_timeout TO PUBLIC")
    cursor.execute("ALTER SYSTEM SET log_line_prefix = %s", [settings.LOG_LINE_PREFIX])
    cursor.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + _RELOAD_SECONDS
    while time.monotonic() < deadline:  # the server reads its settings anew, then tells its sessions
        cursor.execute("SHOW log_line_prefix")
        if cursor.fetchone() == (settings.LOG_LINE_PREFIX,):
            return
        time.sleep(0.002)


def require_createdb(access: Access) -> None:
    """Raise CourseError when the login of another server may not create databases."""
    with access.admin() as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreatedb OR rolsuper, current_setting('transaction_read_only')::bool "
            "FROM pg_roles WHERE rolname = current_user"
        )
        row = cursor.fetchone()
    if row and row[1]:
        raise CourseError(refusals.read_only())
    if row is None or not row[0]:
        raise CourseError(
            f"The login in {settings.URL_VARIABLE} may not create databases, and every lesson has its own. "
            f"Ask for ALTER ROLE … CREATEDB, or unset {settings.URL_VARIABLE} to use the course's own server."
        )
