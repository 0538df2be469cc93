"""project.toml: how a learner's project is started, and how its database is made."""

import os
import shlex
import shutil
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from course.base import files
from course.base.errors import CourseError

NAME = "project.toml"
_EXAMPLE = 'start = "python -m uvicorn app.main:app --port $PORT"'


@dataclass(frozen=True)
class ProjectFile:
    """The two commands of a project, and the folder that they run in. `migrate` may be empty."""

    folder: Path
    start: str
    migrate: str


def read(folder: Path) -> ProjectFile:
    """The project.toml of a folder. Raises CourseError where it is missing, damaged or says no start."""
    path = folder / NAME
    if not path.is_file():
        raise CourseError(
            f"Nothing was checked: there is no {files.shown(path)}. It says how your project is started: "
            f"{_EXAMPLE}. `course project new todo` makes one in a new folder."
        )
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CourseError(
            f"Nothing was checked: {files.shown(path)} is not TOML ({problem}). Write it as in: {_EXAMPLE}"
        ) from None
    start, migrate = found.get("start"), found.get("migrate", "")
    if not isinstance(start, str) or not start.strip() or not isinstance(migrate, str):
        raise CourseError(
            f"Nothing was checked: in {files.shown(path)} start and migrate are texts, as in {_EXAMPLE}"
        )
    return ProjectFile(folder, start, migrate)


def words(command: str, variables: Mapping[str, str]) -> list[str]:
    """A command as a list of words, in which $PORT and its likes have their values. Raises ValueError.

    No shell runs it, so that it means the same on every system; `python` is the one that the course uses,
    unless the command names another one with its folder.
    """
    found = [Template(each).safe_substitute(variables) for each in shlex.split(command)]
    if found and found[0] in ("python", "python3"):
        found[0] = sys.executable
    elif found:
        found[0] = shutil.which(found[0], path=search_path()) or found[0]
    return found


def search_path() -> str:
    """Where programs are looked for: first beside the Python of the course."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
