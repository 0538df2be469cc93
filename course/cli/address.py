"""The address of a database for a terminal, tried before it is printed; psql without a password in sight."""

import os
import re
import shutil
import subprocess
import sys

import psycopg2
from psycopg2.extensions import libpq_version, make_dsn, parse_dsn

from course import postgres
from course.base.errors import CourseError
from course.postboard import database
from course.postgres import binaries, login_diagnosis
from course.postgres.connection import connecting
from course.postgres.diagnosis import raise_first

_PROOF = "require_auth=scram-sha-256"  # the server must prove that it knows the password, too
_SINCE = 16  # the first libpq that knows it


def address(name: str) -> str:
    """Return the address of a database that exists, after one login with it.

    On our own server it asks for a server that knows the password: another program on its port, when ours is
    down, gets no answer. Raises CourseError with the names there are, or with what `course doctor` says.
    """
    return _tried(name, shutil.which("psql"))


def psql(name: str, arguments: list[str]) -> int:
    """Run psql on one of the databases and return how it ended; the password is in no list of processes.

    Raises CourseError as `address` does, and when there is no psql.
    """
    program = _program()
    if program is None:
        raise CourseError("No psql was found. Run `course doctor`: it says what is wrong with the programs.")
    parts = parse_dsn(_tried(name, program))
    environment = os.environ | {"PGPASSWORD": parts.pop("password", "")}
    command = [program, make_dsn(**parts), *arguments]
    if os.name == "posix":  # psql takes our place: Ctrl-C is its own
        sys.stdout.flush()
        os.execve(program, command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def _tried(name: str, program: str | None) -> str:
    """The address, which logs in, as the psql `program` understands it; None: there is none."""
    found = database.address(name)
    access = postgres.ensure()
    try:
        with connecting(found, access.ours):
            pass
    except psycopg2.OperationalError as problem:
        raise_first(login_diagnosis.all_findings())
        raise CourseError(f"The database {name} cannot be reached: {str(problem).strip()}") from problem
    known = libpq_version() >= _SINCE * 10_000 and (program is None or _major(program) >= _SINCE)
    return f"{found}?{_PROOF}" if access.ours and known else found


def _program() -> str | None:
    folder = binaries.find()
    found = folder and binaries.program(folder, "psql")
    return str(found) if found and found.is_file() else shutil.which("psql")


def _major(program: str) -> int:
    """The major version of a psql; 0 when it does not say one."""
    command = [program, "--version"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    version = re.search(r"\d+", said)
    return int(version[0]) if version else 0
