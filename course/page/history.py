"""The cells that were run in this notebook."""

from typing import Any

from course.base.shell import shell as shell
from course.checks import attempt

_noted: attempt.History | None = None


def watch(ipython: Any) -> None:
    """Begin to note the cells that are run, so that a check can tell an attempt from a starter."""
    global _noted
    if _noted is None:
        _noted = attempt.History()
        ipython.events.register("post_run_cell", _noted.note)


def seen() -> attempt.History:
    """The cells run in this kernel: as noted since lesson(), else as IPython itself recorded them."""
    return _noted or _recorded()


def _recorded() -> attempt.History:
    """IPython's own record of run cells, for a notebook whose lesson() cell was not run."""
    found = attempt.History()
    for text in shell().history_manager.input_hist_raw[:-1]:
        found.add(text)
    return found
