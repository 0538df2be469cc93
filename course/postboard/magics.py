"""The cells that build the app: `%%app PATH` writes a file of it, `%app_remove PATH` removes one."""

import warnings
from typing import Any

from course.base import files
from course.base.errors import CourseError
from course.content import app_history
from course.postboard import diff, page_app
from course.postboard import files as app_files


def write(path: str, text: str) -> diff.Change:
    """Write one file of this page's app, as `%%app PATH` does, and say what changed.

    Raises CourseError, and leaves the file as it is, when the path leads out of the app's folder, a
    Python file does not compile, or the disk refuses. A text that the learner edited is kept first.
    """
    path, text, folder = app_history.checked_path(path), app_history.normalised(text), page_app.current()
    app_files.refuse_links(folder, path)
    _refuse_broken_python(path, text)
    with app_files.bookkeeping() as written:
        old = app_files.read(folder / path)
        theirs = old != text and not app_files.from_course(folder, path, written)
        kept = app_files.keep(folder, path) if theirs else ""
        if old != text:
            files.write_text(folder / path, text)
        app_files.note(folder, path, text, written)
    files.drop_bytecode(folder / path)
    page_app.forget(folder)
    return diff.compare(path, old, text, kept)


def remove(path: str) -> diff.Change:
    """Remove one file of this page's app, as `%app_remove PATH` does, and say so.

    A text that the learner edited is kept first. Raises CourseError as `write` does.
    """
    path, folder = app_history.checked_path(path), page_app.current()
    app_files.refuse_links(folder, path)
    with app_files.bookkeeping() as written:
        old = app_files.read(folder / path)
        theirs = old is not None and not app_files.from_course(folder, path, written)
        kept = app_files.keep(folder, path) if theirs else ""
        (folder / path).unlink(missing_ok=True)
    files.drop_bytecode(folder / path)
    page_app.forget(folder)
    return diff.removal(path, old, kept)


def register(ipython: Any) -> None:
    """Give an IPython shell the `%%app PATH` cell magic and the line magic `%app_remove PATH`."""
    ipython.register_magic_function(lambda line, cell: write(line, cell), "cell", "app")
    ipython.register_magic_function(remove, "line", "app_remove")


def _refuse_broken_python(path: str, text: str) -> None:
    if not path.endswith(".py"):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        shown = (getattr(problem, "text", "") or "").strip()
        where = f"line {line} of the file is not valid Python" if line else "it is not valid Python"
        raise CourseError(
            f"{path} was not written, because {where}: {getattr(problem, 'msg', problem)}"
            f"{f' (`{shown}`)' * bool(shown)}. "
            "The file is as it was before; mend the cell and run it again."
        ) from None
