"""What can be wrong with the data folder; looking changes nothing."""

import os
from pathlib import Path

from course.base import paths
from course.postgres import binaries, settings
from course.postgres.finding import NOT_USED, Finding
from course.postgres.home import MARKER, Home


def version() -> Finding:
    """Was the data folder made by the version of PostgreSQL that we have?"""
    name = "The data folder's version"
    data = Home.here().data
    try:
        made_by = int((data / "PG_VERSION").read_text("ascii").split(".")[0])
    except (OSError, ValueError):
        return Finding(name, True, "There is no data folder yet.")
    folder = binaries.find()
    here = binaries.major(folder) if folder else None
    if settings.uses_other() or here in (made_by, None):
        return Finding(name, True, f"The data folder is PostgreSQL {made_by}'s.")
    return Finding(
        name,
        False,
        f"The data folder {data} was made by PostgreSQL {made_by}, and the programs here are version {here}.",
        "PostgreSQL reads only data folders of its own major version.",
        f"Point {settings.BIN_VARIABLE} to programs of version {made_by}, or rename the folder: "
        "the course makes a new one, and each lesson makes its tables again.",
    )


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
