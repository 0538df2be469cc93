"""Where a notebook looks for modules: its own folder last, so that a file beside it replaces no package.

IPython looks there before it looks among the installed packages: a learner's fastapi.py would take the place
of FastAPI. The kernel in jupyter/kernels/ loads this as an extension; in another kernel, lesson() calls it.
"""

import sys
from typing import Any

HERE = ""  # in sys.path this stands for the folder in which the process is at that moment


def load_ipython_extension(_ipython: Any) -> None:
    """Let the notebook's folder be searched, after everything else (IPython calls this at the start)."""
    sys.path.append(HERE)
    here_last()


def here_last() -> None:
    """Search the notebook's folder after everything else; do nothing where it is not searched at all."""
    if HERE in sys.path:
        sys.path[:] = [*(entry for entry in sys.path if entry != HERE), HERE]
