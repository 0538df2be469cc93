"""The app that a page works on: the learner's own in work/postboard/, or a copy of the course's."""

import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from course.base import paths
from course.base.errors import CourseError
from course.content import app_history, catalog
from course.postboard import files as app_files
from course.postboard import secret
from course.postgres import pools

_COPY = (
    "This page works on a copy of the app as lesson {id} needs it, because your own {reason}. "
    "Your own app in work/postboard/ stays untouched; `course start-at {id}` brings it here "
    "and keeps the present one in work/kept/."
)
ALEMBIC_VARIABLE = "ALEMBIC_CONFIG"  # the variable that Alembic itself reads
FOLDER_VARIABLE = "POSTBOARD"  # for commands in a cell, as in cd "{folder}" && pytest
_current: Path | None = None


@dataclass(frozen=True)
class PageApp:
    """Where a page's app lives; `own`: it is the learner's own; `message`: if not, why."""

    folder: Path
    own: bool
    message: str


def settle(lesson_id: str, *, finished: bool = False) -> PageApp:
    """Bring the app to where a lesson starts (or ends: `finished`), and say where it lives.

    The learner's own app is used, and rewound, while it holds nothing but what the course wrote up
    to here; else the page gets a fresh copy. Raises CourseError (unknown lesson, not writable).
    """
    states = app_history.states(lesson_id)
    expected = states[-1 if finished else 0]
    with app_files.bookkeeping() as written:
        reason = _why_not_own(lesson_id, states, written)
        if not reason:
            app_files.rewind(paths.postboard(), states[-1], expected, written)
            return PageApp(paths.postboard(), own=True, message="")
        copy = paths.state() / "apps" / lesson_id
        app_files.clear(copy, f"app_{lesson_id}".replace(".", "_"), written)
        app_files.place(copy, expected, written)
    # A lesson from before the app was begun has nothing to explain.
    said = _COPY.format(id=lesson_id, reason=reason) if any(states) else ""
    return PageApp(copy, own=False, message=said)


def use(folder: Path) -> None:
    """Make `import app` in this process mean the app in a folder, read afresh."""
    global _current
    secret.ensure()
    # A module rewritten within one second and with the same size would run its old bytecode.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    leave()
    forget(folder)
    sys.path[:] = [str(folder), *(entry for entry in sys.path if entry != str(folder))]
    _current = folder
    name_configuration()


def leave() -> None:
    """Take the app that `use` brought in out of this process again; do nothing when there is none."""
    global _current
    if _current is not None:
        sys.path[:] = [entry for entry in sys.path if entry != str(_current)]
        forget(_current)
    _current = None
    name_configuration()


def name_configuration() -> None:
    """Name the folder of this page's app, and let `!alembic` find its configuration from any other."""
    os.environ.pop(ALEMBIC_VARIABLE, None)
    os.environ.pop(FOLDER_VARIABLE, None)
    if _current is not None:
        os.environ[FOLDER_VARIABLE] = str(_current)
    if _current is not None and (_current / "alembic.ini").is_file():
        os.environ[ALEMBIC_VARIABLE] = str(_current / "alembic.ini")


def current() -> Path:
    """The folder of this page's app. Raises CourseError before `use`."""
    if _current is None:
        raise CourseError(
            "This page has no app yet, so nothing was written. Run the first code cell of the "
            "page, the one with lesson(…), then this cell again."
        )
    return _current


def forget(folder: Path) -> None:
    """Drop every module that was loaded from a folder, so that the next import reads the files.

    The connections that their pools keep are closed: each import of an app opens a pool of its own.
    """
    inside = f"{folder}{os.sep}"
    dropped = []
    for name, module in list(sys.modules.items()):
        about = getattr(module, "__dict__", {})  # not getattr for each: a lazy module would load
        # A package without a file has only a path, and to ask for a path is slow.
        places = [about["__file__"]] if about.get("__file__") else list(about.get("__path__") or ())
        if [place for place in places if str(place).startswith(inside)]:
            dropped.append(sys.modules.pop(name))
    pools.close_idle(dropped)
    importlib.invalidate_caches()


def _why_not_own(lesson_id: str, states: list[app_history.Tree], written: app_files.Written) -> str:
    folder, versions = paths.postboard(), app_history.versions()
    known = {(cell.path, cell.text) for cell in versions}
    texts = {path: app_files.read(folder / path) for path, _ in known}
    here = {(path, text) for path, text in texts.items() if text is not None}
    # A file of the learner's that only a later lesson will write is not yet a file of the course.
    here = {item for item in here if item in known or item[0] in states[-1]}
    allowed = {item for state in states for item in state.items()}
    lasting = states[0].keys() & states[-1].keys()  # what the lesson removes may be gone already
    if not here or (here <= allowed and lasting <= dict(here).keys()):
        return ""
    strange = sorted(path for path, _ in here - known)
    edited = [path for path in strange if not app_files.from_course(folder, path, written)]
    if edited:
        return f"has changes of yours in {', '.join(edited[:3])}{' and others' * (len(edited) > 3)}"
    if strange:
        return "was written by another edition of the lessons"
    order = [lesson.id for lesson in catalog.lessons()]
    first = {(c.path, c.text): order.index(c.lesson_id) for c in reversed(versions)}
    furthest = max((first[item] for item in here - allowed), default=-1)
    return "is already further on" if furthest > order.index(lesson_id) else "is not this far yet"
