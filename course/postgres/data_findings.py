"""What can be wrong with the data folder; looking changes nothing."""

import os
import struct
from pathlib import Path

from course import paths
from course.postgres import binaries, settings
from course.postgres.finding import NOT_USED, Finding
from course.postgres.home import MARKER, Home

# Without one of these PostgreSQL does not start; what it makes anew by itself is left out.
_NEEDED = (
    "base",
    "global/pg_control",
    "pg_hba.conf",
    "pg_multixact",
    "pg_notify",
    "pg_tblspc",
    "pg_wal",
    "pg_xact",
    "postgresql.conf",
)
_ANEW = (
    "rename the folder: the course makes a new one, and each lesson makes its tables again. What you stored "
    "yourself stays in the renamed folder."
)


def version() -> Finding:
    """Was the data folder made by the version of PostgreSQL that we have?"""
    name = "The data folder's version"
    data = Home.here().data
    if settings.uses_other() or not os.path.exists(data / MARKER):
        return Finding(
            name, True, NOT_USED if settings.uses_other() else "There is no data folder of ours yet."
        )
    folder = binaries.find()
    here = binaries.major(folder) if folder else None
    try:
        made_by = int((data / "PG_VERSION").read_text("ascii").split(".")[0])
    except (OSError, ValueError):
        return _no_version(name, data, here)
    if here in (made_by, None):
        return Finding(name, True, f"The data folder is PostgreSQL {made_by}'s.")
    return Finding(
        name,
        False,
        f"The data folder {data} was made by PostgreSQL {made_by}, and the programs here are version {here}.",
        "PostgreSQL reads only data folders of its own major version.",
        f"Point {settings.BIN_VARIABLE} to programs of version {made_by}, or {_ANEW}",
    )


def _no_version(name: str, data: Path, here: int | None) -> Finding:
    file = data / "PG_VERSION"
    known = f"Write the single line {here} into it, or " if here and _control_says(data, here) else ""
    cure = f"{known}{_ANEW}" if known else f"{_ANEW[0].upper()}{_ANEW[1:]}"
    what = f"The file {file} is missing or damaged."
    return Finding(name, False, what, "PostgreSQL does not start without its version number in there.", cure)


def _control_says(data: Path, version: int) -> bool:
    """Say whether the folder's other record of a version, a number behind an id of 8 bytes, is this one."""
    try:
        head = (data / "global" / "pg_control").read_bytes()[:12]
        return bool(struct.unpack("=QI", head)[1] == version * 100)
    except (OSError, struct.error):
        return False


def complete() -> Finding:
    """Is everything in the data folder that PostgreSQL needs to start?"""
    name = "The data folder's contents"
    data = Home.here().data
    if settings.uses_other() or not os.path.exists(data / MARKER):
        return Finding(name, True, NOT_USED if settings.uses_other() else "There is none of ours yet.")
    missing = [entry for entry in _NEEDED if not os.path.exists(data / entry)]
    if not missing:
        return Finding(name, True, "All parts of it are there.")
    what = f"The data folder {data} is damaged: it lacks {', '.join(missing)}."
    cause = "Something deleted it: PostgreSQL itself never does."
    return Finding(name, False, what, cause, f"Put it back from a copy if you have one. Else {_ANEW}")


def data_is_ours() -> Finding:
    """Did the course make this data folder, for this user?"""
    name = "The data folder's owner"
    home = Home.here()
    if settings.uses_other():
        return Finding(name, True, NOT_USED)
    try:
        stranger = _other_owner(home.folder) or _other_owner(home.data)
        unmarked = os.path.exists(home.data) and not (home.data / MARKER).exists()
    except PermissionError:
        stranger, unmarked = "another user", False
    if stranger:
        cause = f"It belongs to {stranger}, and PostgreSQL keeps its data from everybody else."
    elif unmarked:
        cause = "Something else put files there, and the course does not touch what it did not make."
    else:
        return Finding(
            name,
            True,
            f"{home.data} is the course's." if os.path.exists(home.data) else "There is none yet.",
        )
    return Finding(
        name,
        False,
        f"The data folder {home.data} is not the course's own.",
        cause,
        f"Rename that folder, or set {paths.POSTGRES_VARIABLE} to a folder of your own.",
    )


def _other_owner(path: Path) -> str | None:
    """Return who owns `path` if that is neither we nor, when we are root, anybody we can act for."""
    if (
        os.name != "posix"
        or os.geteuid() == 0
        or not os.path.exists(path)
        or path.stat().st_uid == os.geteuid()
    ):
        return None
    try:
        return path.owner()
    except KeyError:
        return f"user number {path.stat().st_uid}"
