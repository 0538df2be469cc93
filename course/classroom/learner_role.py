"""A role in PostgreSQL for one learner, made by JupyterHub when it starts their server.

This file imports nothing of the course: a hub in an image of its own (deploy/kubernetes) gets it as it is.
It needs psycopg2 and PostgreSQL 15 to 18.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor
from psycopg2.extensions import parse_dsn

CONNECTIONS = 40  # a page that works with pools keeps up to thirty
TEMPORARY_FILES = "1GB"  # what one session may put aside for a sort
_PLAIN = 14  # letters of a name that is taken as it is
_READABLE = 8  # letters of any other that are kept; with a digest 22, as course.postgres.naming takes them
_CONNECT_SECONDS, _STATEMENT_SECONDS = 10, 60
_LOCK = 7_305_116  # any number: one role at a time


class NoRole(Exception):
    """The role was not made. JupyterHub shows `jupyterhub_message` to the learner."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.jupyterhub_message = message


def learner_name(user: str) -> str:
    """The name that the databases of a hub's user begin with: theirs where it is short and plain.

    Else it is made of theirs. No two users get one name: a made name is longer than every plain one.
    """
    if re.fullmatch(rf"[a-z][a-z0-9]{{0,{_PLAIN - 1}}}", user):
        return user
    letters = re.sub(r"[^a-z0-9]", "", user.lower())
    readable = letters if letters[:1].isalpha() else f"u{letters}"
    digest = hashlib.sha256(user.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{readable[:_READABLE]}{digest[:_PLAIN]}"


def role_name(user: str) -> str:
    """The role of a hub's user. The prefix keeps it apart from every role that was made by hand."""
    return f"learner_{learner_name(user)}"


def read_secret(path: Path) -> bytes:
    """The hub's secret, from which all passwords follow; made at the first call, for its owner only."""
    with contextlib.suppress(FileExistsError), open(path, "x", encoding="ascii", opener=_private) as file:
        file.write(secrets.token_hex(32))
    secret = path.read_bytes().strip()
    if len(secret) < 32:
        raise NoRole(
            f"{path} holds no secret of 32 signs or more. Delete the file, and the hub makes a new one."
        )
    return secret


def password(secret: bytes, role: str) -> str:
    """The password of a role: random for whoever has not the secret, the same at every start of the hub."""
    digest = hmac.new(secret, role.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def prepare_server(admin_url: str) -> None:
    """Close the server's own databases to everybody who is not named; once, when the hub starts.

    Raises NoRole when the server does not answer or refuses.
    """
    with _admin(admin_url) as cursor:
        for database in ("postgres", "template1", parse_dsn(admin_url).get("dbname", "postgres")):
            shut = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database))
            cursor.execute(shut)
        if _superuser(cursor):  # a lesson then sees a deadlock at once, instead of a second later
            cursor.execute("GRANT SET ON PARAMETER deadlock_timeout TO PUBLIC")


def environment(admin_url: str, user: str, secret: bytes, connections: int = CONNECTIONS) -> dict[str, str]:
    """Make or mend the role of a hub's user and return what their server needs in its environment.

    `admin_url`: of a superuser, or of a login with CREATEROLE and CREATEDB. `connections`: how many the role
    may hold at once. The learner reaches the server by the same host and port.
    Raises NoRole when the server does not answer or refuses.
    """
    role = role_name(user)
    word = password(secret, role)
    with _admin(admin_url) as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _make_role(cursor, role, word, connections)
        _make_home(cursor, role)
        _close_open_databases(cursor, role)
    return {"COURSE_DATABASE_URL": _address(admin_url, role, word), "COURSE_LEARNER": learner_name(user)}


def _make_role(cursor: Cursor, role: str, word: str, connections: int) -> None:
    name = sql.Identifier(role)
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {}").format(name))
    superuser = _superuser(cursor)
    # Only a superuser may name the last three at all; without a word a new role has none of them.
    more = "NOSUPERUSER NOREPLICATION NOBYPASSRLS" if superuser else ""
    plain = sql.SQL("ALTER ROLE {} LOGIN CREATEDB NOCREATEROLE {} CONNECTION LIMIT %s PASSWORD %s")
    cursor.execute(plain.format(name, sql.SQL(more)), [connections, word])
    if superuser:
        cursor.execute(sql.SQL("ALTER ROLE {} SET temp_file_limit = %s").format(name), [TEMPORARY_FILES])
    else:  # it gives databases to the role, which only a member of the role may
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))


def _make_home(cursor: Cursor, role: str) -> None:
    """The database that the learner's address names; those of the lessons are made from there."""
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [role])
    if cursor.fetchone() is None:
        make = sql.SQL("CREATE DATABASE {0} OWNER {0} TEMPLATE template0").format(sql.Identifier(role))
        cursor.execute(make)


def _close_open_databases(cursor: Cursor, role: str) -> None:
    """Shut the databases of a role to all others: the course does so, CREATE DATABASE by hand does not."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = %s AND (datacl IS NULL OR EXISTS "
        "(SELECT FROM aclexplode(datacl) WHERE grantee = 0))",
        [role],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def _superuser(cursor: Cursor) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return cursor.fetchone() == (True,)


@contextlib.contextmanager
def _admin(url: str) -> Iterator[Cursor]:
    """A cursor of the hub's own login. Its password stands in no message: psycopg2's own are not shown."""
    try:
        link = psycopg2.connect(url, connect_timeout=_CONNECT_SECONDS, application_name="hub")
    except psycopg2.Error:
        raise NoRole(
            "The PostgreSQL of this room does not answer, or refuses the hub's login. Tell your instructor: "
            "`systemctl status postgresql` and the address in hub.env are what to look at."
        ) from None
    try:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{_STATEMENT_SECONDS}s'")
            yield cursor
    except psycopg2.Error as problem:
        reason = (problem.diag.message_primary or type(problem).__name__).strip()
        raise NoRole(
            f"The PostgreSQL of this room refused to make your login: {reason}. Tell your instructor: the "
            "hub's own login must be a superuser, or have CREATEROLE and CREATEDB."
        ) from None
    finally:
        link.close()


def _address(admin_url: str, role: str, word: str) -> str:
    parts = parse_dsn(admin_url)
    host = parts.get("host", "127.0.0.1")
    if host.startswith("/"):  # a folder with a socket
        return (
            f"postgresql://{role}:{word}@/{role}?host={quote(host, safe='')}&port={parts.get('port', '5432')}"
        )
    return f"postgresql://{role}:{word}@{host}:{parts.get('port', '5432')}/{role}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
