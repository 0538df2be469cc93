"""New projects in the learner's folder. Nothing that is there is ever overwritten."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course.base import files, paths
from course.base.errors import CourseError
from course.projects import registry, skeleton

_NAME = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,39}")
_TIDY = (("check", "--quiet", "--fix-only", "--select", "I"), ("format", "--quiet"))


def new(name: str, folder: Path | None = None) -> Path:
    """Make a project, and return its folder: `folder`, else work/projects/NAME.

    The name of a graduation project ("todo") brings its brief and a first failing test; any other name brings
    a clean API on PostgreSQL with one example resource. Raises CourseError for a name that is none, for a
    project that is not there yet, and where something is in the folder already.
    """
    if not _NAME.fullmatch(name):
        raise CourseError(
            f"{name!r} is no name for a project, so nothing was made. A name has small letters, digits and "
            "hyphens, and begins with a letter, as in: course project new tea-shop"
        )
    place = folder or registry.home(name)
    if os.path.lexists(place):
        raise CourseError(
            f"{files.shown(place)} is there already, so nothing was made and nothing was changed. Choose "
            "another name, or move that folder away."
        )
    given = registry.starter(name)
    tree = skeleton.templates(given) if given else skeleton.files(name)
    with files.plainly(f"Making {files.shown(place)}"):
        if place.is_relative_to(paths.work()):
            files.make_work()
        place.parent.mkdir(parents=True, exist_ok=True)
        _build(place, tree, tidy=given is None)
    return place


def _build(place: Path, tree: dict[str, str], tidy: bool) -> None:
    """The whole folder or nothing: it is made beside its place, and moved there."""
    draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        for path, text in tree.items():
            file = draft / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8"))
        if tidy:  # another name may want another order of imports, and other line breaks
            for command in _TIDY:
                subprocess.run(
                    [sys.executable, "-m", "ruff", *command, "--no-cache", "."], cwd=draft, check=False
                )
        draft.chmod(0o755)
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
