"""An error in a cell whose cause is the page's, not the code's: what happened, and what to do next."""

from typing import Any

from course.base.errors import CourseError
from course.page import not_run_yet
from course.page.note import Note

# What psycopg2 and SQLAlchemy raise when PostgreSQL refuses a connection; by name, so that neither is loaded.
_OF_A_DATABASE = {"OperationalError", "DBAPIError"}


def show(shell: Any, kind: type, error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
    """Show an error as IPython does, with the sentence that explains it in its place or below it."""
    unrun, refused = _tried(_unrun, error, shell), _tried(_refused, error, shell)
    if unrun:
        kind = type(kind.__name__, (CourseError,), {})  # known by its own name, shown as a sentence
        error = kind(unrun)
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)
    if refused:
        from IPython.display import display

        display(Note(refused))


def _tried(explain: Any, error: BaseException, shell: Any) -> str:
    try:
        return str(explain(error, shell))
    except Exception:  # an explanation must not take the place of the error itself
        return ""


def _unrun(error: BaseException, shell: Any) -> str:
    is_missing = isinstance(error, (NameError, ModuleNotFoundError))
    return not_run_yet.sentence(error, shell) if is_missing else ""


def _refused(error: BaseException, _: Any) -> str:
    if not _OF_A_DATABASE.intersection(each.__name__ for each in type(error).__mro__):
        return ""
    from course.postgres import crowd

    return crowd.sentence(error)
