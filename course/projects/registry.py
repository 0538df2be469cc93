"""The graduation projects by name, and where each stands."""

from pathlib import Path

from course.base import paths
from course.base.errors import CourseError

READY = ("todo", "blog", "shop", "chat")


def home(name: str) -> Path:
    """Where the learner's project of this name stands."""
    return paths.work() / "projects" / name


def starter(name: str) -> Path | None:
    """The folder of what a graduation project begins with; None for a name of the learner's own."""
    return paths.PROJECTS / name if name in READY else None


def reference(name: str) -> Path:
    """The folder of one right way to build it."""
    return paths.SOLUTIONS / "projects" / name


def known(name: str) -> None:
    """Raise CourseError unless this is a graduation project."""
    if name not in READY:
        raise CourseError(
            f"{name!r} is no graduation project, so nothing was checked. There is: {', '.join(READY)}."
        )
