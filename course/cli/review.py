"""`course review`: a page with what is due, opened in JupyterLab."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from course.base import files, paths
from course.cli import lab
from course.recall import review_page


def run(say: Callable[[str], None]) -> int:
    """Make the page; open JupyterLab on it, or say where it is when JupyterLab is open already.

    Returns JupyterLab's exit status, 0 when it was open. Raises CourseError when nothing is due.
    """
    page = review_page.make()
    print(f"Your review: {files.shown(page)}")
    inside = page.relative_to(paths.work()).as_posix()
    if open_at := _open_already():
        print(f"Open {inside} in JupyterLab's list of files, or go to {open_at}lab/tree/{quote(inside)}")
        return 0
    # The name of a file alone would not do: our settings say which page JupyterLab opens.
    return lab.run([f"--LabApp.default_url=/lab/tree/{quote(inside)}"], say)


def _open_already() -> str:
    """The address of a JupyterLab that runs on the learner's folder; "" when there is none."""
    from jupyter_server.serverapp import list_running_servers

    here = paths.work().resolve()
    running = (each for each in list_running_servers() if Path(each["root_dir"]).resolve() == here)
    return next((str(each["url"]) for each in running), "")
