"""The IPython shell that runs the cells of a notebook, and the request that it is at."""

import sys
from typing import Any


def shell() -> Any:
    """The IPython shell of this kernel; None outside a notebook. IPython is not loaded for that."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def request(running: Any) -> dict[str, Any]:
    """The message by which the page asked this shell for the cell that runs; {} without a shell or a page."""
    return running.get_parent() if hasattr(running, "get_parent") else {}
