"""What a kernel gets as it starts: where it looks for modules, and words for errors that are the page's own.

A notebook's own folder is searched last, so that a file beside it replaces no package. IPython looks there
before it looks among the installed packages: a learner's fastapi.py would take the place of FastAPI.
The kernel in jupyter/kernels/ loads this as an extension; in another kernel, lesson() calls here_last.
"""

import sys
from typing import Any

HERE = ""  # in sys.path this stands for the folder in which the process is at that moment


def load_ipython_extension(ipython: Any) -> None:
    """Prepare a kernel that has just started (IPython calls this)."""
    sys.path.append(HERE)
    here_last()
    _explain_errors(ipython)
    _name_the_first_cell(ipython)


def _explain_errors(ipython: Any) -> None:
    """What explains is loaded when there is something to explain: a kernel must start quickly."""

    def show(shell: Any, kind: type, error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
        from course.page import explained_errors

        explained_errors.show(shell, kind, error, trace, tb_offset)

    if hasattr(ipython, "set_custom_exc"):
        # All of them: to name those of a database here, its driver would have to be loaded.
        ipython.set_custom_exc((Exception,), show)


def _name_the_first_cell(ipython: Any) -> None:
    """The magics of a page, until lesson() brings the real ones: they say which cell to run first."""

    def too_early(line: str, cell: str = "") -> None:
        from course.base.errors import CourseError

        raise CourseError(
            "Nothing was written: the cell with lesson(…) has not been run. "
            "Choose Run > Run All Above Selected Cell, then run this cell again."
        )

    if hasattr(ipython, "register_magic_function"):
        lines = [("line", "app_async"), ("line", "app_remove")]
        for kind, name in [("cell", "app"), ("cell", "app_split"), *lines]:
            ipython.register_magic_function(too_early, kind, name)


def here_last() -> None:
    """Search the notebook's folder after everything else; do nothing where it is not searched at all."""
    if HERE in sys.path:
        sys.path[:] = [*(entry for entry in sys.path if entry != HERE), HERE]
