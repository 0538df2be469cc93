"""`run_tests`: pytest on this page's app, or on a toy that the page has written, shown test by test."""

import os
import sys
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import Any

from course.base.errors import CourseError
from course.content import app_history, variants
from course.postboard import database, diff, page_app
from course.postboard import files as app_files
from course.suites.suite import SuiteRun, app_in_a_folder, run_suite


def run_tests(*which: str, options: str = "", mistake: str = "", seconds: float = 240) -> SuiteRun:
    """Run tests of this page's app, as `pytest` does in its folder, and show how each one ended.

    `which`: files such as "tests/test_posts.py", or one test as pytest names it; all unless given. A file
    that `%%toy` has written is run beside the other files of its toy. `options`: as on pytest's command line.
    `mistake`: the name of a variant of Postboard; they run on a copy of the app with this mistake in it.
    After `seconds` the run is stopped; a right one may take long on a busy machine. Raises CourseError for a
    file that is not there, an unknown mistake, or one that the app as it is has no place for.
    """
    folder = toys() if which and _is_toy(which[0]) else page_app.current()
    for each in which:
        if not (folder / each.partition("::")[0]).exists():
            raise CourseError(
                f"There is no {each.partition('::')[0]} here, so nothing was run. Run the cell that writes "
                "it, then this one again."
            )
    run = partial(run_suite, which=which, options=options.split(), seconds=seconds)
    if mistake:
        with app_in_a_folder(variants.broken(app_files.tree(folder), variants.named(mistake))) as (
            copy,
            address,
        ):
            return run(copy, address)
    return run(folder, os.environ.get(database.TEST_VARIABLE, ""))


def toy(line: str, cell: str) -> diff.Change:
    """Write a file of a toy, as `%%toy shop/test_orders.py` does: beside the app, and never a part of it.

    The page can import it, and reads it afresh at the next import.
    """
    path, text = app_history.checked_path(line), app_history.normalised(cell)
    old = (toys() / path).read_text("utf-8") if (toys() / path).is_file() else None
    app_history.build(toys(), {path: text})
    page_app.forget(toys())
    if str(toys()) not in sys.path:
        sys.path.append(str(toys()))
    return diff.compare(path, old, text, "")


def register(ipython: Any) -> None:
    """Give an IPython shell the `%%toy PATH` cell magic."""
    ipython.register_magic_function(toy, "cell", "toy")


def _is_toy(path: str) -> bool:
    return (toys() / path.partition("::")[0]).exists()


@cache
def toys() -> Path:
    """The folder that `%%toy` writes to, made at its first use."""
    kept = tempfile.TemporaryDirectory(prefix="course-toys-")
    _KEPT.append(kept)  # removed when the kernel ends
    return Path(kept.name).resolve()


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
