"""The course's first page follows what is done in a notebook."""

import os
from contextlib import suppress
from typing import Any

from course.base.errors import CourseError
from course.page import history
from course.workspace import progress

_due = False


def due() -> None:
    """Write the first page anew as soon as the running cell has ended: nobody waits for it with a verdict."""
    global _due
    _due = not os.environ.get(progress.FRESH_VARIABLE)


def watch(ipython: Any) -> None:
    """Let this shell write the first page after a cell that changed what it says."""
    if not getattr(ipython, "_course_writes_first_page", False):
        ipython._course_writes_first_page = True
        ipython.events.register("post_run_cell", write)


def write(_result: object = None) -> None:
    """Write the first page anew when that is due."""
    global _due
    if _due and history.shell() is not None:
        from course.workspace import start_page

        _due = False
        with suppress(CourseError, OSError):  # the next check, or `course status`, tries again and says why
            start_page.write()
