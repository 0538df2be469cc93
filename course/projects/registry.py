"""The graduation projects by name, and where each stands."""

from pathlib import Path

from course.base import paths
from course.base.errors import CourseError

READY = ("todo",)
PLANNED = ("blog", "shop", "chat")


def home(name: str) -> Path:
    """Where the learner's project of this name stands."""
    return paths.work() / "projects" / name


def starter(name: str) -> Path | None:
    """The folder of what a graduation project begins with; None for a name of the learner's own.

    Raises CourseError for a graduation project that is not there yet.
    """
    if name in PLANNED:
        raise CourseError(
            f"The project {name} is not there yet, and its name is kept for it, so nothing was done. "
            f"There is: {', '.join(READY)}. A clean API under another name: course project new my-{name}"
        )
    return paths.PROJECTS / name if name in READY else None


def known(name: str) -> None:
    """Raise CourseError unless this is a graduation project that is there."""
    starter(name)
    if name not in READY:
        raise CourseError(
            f"{name!r} is no graduation project, so nothing was checked. There is: {', '.join(READY)}."
        )
