"""The one place where a notebook is run: in a fresh kernel, from top to bottom.

nbclient does the work; papermill, which stands on it, was considered: its parameters are of no use here.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course.base import paths

CELL_LIMIT_SECONDS = 300  # one that runs a whole suite takes long on a busy machine
# ipykernel 7 warns at each start that it speaks unencrypted TCP; it does so on 127.0.0.1 only.
QUIET = ["--IPKernelApp.log_level=40"]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def client(notebook: Any, folder: Path, **options: Any) -> Any:
    """A `nbclient.NotebookClient` for a notebook that is run in `folder`; `.execute()` runs it.

    `options` are nbclient's own, such as `allow_errors=True`. It raises nbclient's errors, also for a cell
    that runs longer than CELL_LIMIT_SECONDS.
    """
    from nbclient import NotebookClient

    ours: dict[str, Any] = {
        "timeout": CELL_LIMIT_SECONDS,
        "startup_timeout": CELL_LIMIT_SECONDS,  # one that dies is noticed at once
        "extra_arguments": QUIET,
        "resources": {"metadata": {"path": str(folder)}},
    }
    return NotebookClient(notebook, **(ours | options))


@contextmanager
def empty_work() -> Iterator[Path]:
    """An empty learner's folder for the kernels started in this block; PostgreSQL stays the shared one."""
    shared = str(paths.postgres_home())
    before = {name: os.environ.get(name) for name in (paths.WORK_VARIABLE, paths.POSTGRES_VARIABLE)}
    with tempfile.TemporaryDirectory(prefix="course-work-") as folder:
        os.environ.update({paths.WORK_VARIABLE: folder, paths.POSTGRES_VARIABLE: shared})
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value
