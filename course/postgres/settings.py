"""Names, numbers and environment variables of the course's PostgreSQL: their one home."""

import os

from course.base.errors import CourseError

BIN_VARIABLE = "COURSE_PG_BIN"
PORT_VARIABLE = "COURSE_POSTGRES_PORT"
URL_VARIABLE = "COURSE_DATABASE_URL"
FAST_VARIABLE = "COURSE_FAST_POSTGRES"
GRACE_VARIABLE = "COURSE_POSTGRES_GRACE"
# Whose databases these are on a server that is not ours; the second is set by JupyterHub.
LEARNER_VARIABLES = ("COURSE_LEARNER", "JUPYTERHUB_USER")

HOST = "127.0.0.1"
ADMIN = "course_admin"  # the superuser; only this library logs in with it
LEARNER = "learner"  # the ordinary role that owns every database made for it
CHECKER = "checker"  # the same for the databases in which answers are checked: it gets into no other one
MAINTENANCE = "postgres"  # the database from which others are made and dropped
TEMPLATE = "course_template"

# What libpq reads of the environment for other servers than the course's own.
LIBPQ_VARIABLES = [
    f"PG{name}"
    for name in ("CHANNELBINDING", "GSSENCMODE", "OPTIONS", "REQUIREAUTH", "REQUIRESSL", "SERVICE", "SSLCERT")
    + ("SSLCRL", "SSLKEY", "SSLMODE", "SSLNEGOTIATION", "SSLROOTCERT", "TARGETSESSIONATTRS")
]

# So that no cell hangs for ever. Set for the learner's role; on a server that is not ours, for each database.
LONGEST_STATEMENT_SECONDS = 30
LIMITS = {
    "statement_timeout": f"{LONGEST_STATEMENT_SECONDS}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "5min",
}

# Time and process as PostgreSQL writes them itself, then for a session its database and its name.
LOG_LINE_PREFIX = "%m [%p] %q[%d] <%a> "

# A page that works with pools keeps up to thirty, and JupyterLab keeps the pages of closed tabs running.
MAX_CONNECTIONS = 200

MINIMUM_FREE = 100 * 2**20  # bytes: a new data folder takes 40 MB, its write-ahead log up to 48 more
START_SECONDS = 60.0  # crash recovery on a slow disk included
STOP_SECONDS = 20.0
SUPERVISOR_POLL_SECONDS = 0.5
GRACE_SECONDS = 10.0


def uses_other() -> bool:
    """Say whether the learner named a server of their own, rightly or wrongly spelled."""
    return bool(os.environ.get(URL_VARIABLE, "").strip())


def database_url() -> str | None:
    """Return the address in `COURSE_DATABASE_URL` as libpq reads it, or None when it is not set.

    SQLAlchemy's spelling (`postgresql+psycopg2://`) is taken too: learners copy it from their own settings.
    """
    if not uses_other():
        return None
    scheme, separator, rest = os.environ[URL_VARIABLE].strip().partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise CourseError(
            f"{URL_VARIABLE} is not a PostgreSQL address: it must start with postgresql://. "
            "Write it as postgresql://user:password@host:5432/database, or unset it to use the course's own."
        )
    address = f"postgresql://{rest}"
    from psycopg2 import ProgrammingError  # late: the supervisor goes without the driver
    from psycopg2.extensions import parse_dsn

    try:
        parse_dsn(address)
    except (ProgrammingError, UnicodeError):  # its words repeat parts of the password
        raise CourseError(
            f"{URL_VARIABLE} cannot be read as an address. In its user and password, write % as %25, : as "
            "%3A, / as %2F, @ as %40, ? as %3F and # as %23. What may follow the question mark is what libpq "
            "knows, such as sslmode=require."
        ) from None
    return address


def wanted_port() -> str:
    """Return what `COURSE_POSTGRES_PORT` says, a port or not."""
    return os.environ.get(PORT_VARIABLE, "").strip()


def fixed_port() -> int | None:
    """Return the port in `COURSE_POSTGRES_PORT`, or None when any free port will do."""
    text = wanted_port()
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CourseError(
            f"{PORT_VARIABLE} is {text!r}, which is not a port: a port is a number from 1 to 65535. "
            "Set it to one, or unset it and the course takes any free port."
        )
    return int(text)


def fast() -> bool:
    """Say whether durability may be given up for speed: yes in tests and CI, no for a learner."""
    return os.environ.get(FAST_VARIABLE, "") not in ("", "0")


def grace() -> float:
    """Return how many seconds an unused server lives on."""
    try:
        return float(os.environ[GRACE_VARIABLE])
    except (KeyError, ValueError):
        return GRACE_SECONDS


DATABASE_VARIABLE = "DATABASE_URL"  # what the app reads
