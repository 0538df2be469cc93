"""Beginning at any lesson: the app as it stood there, with the learner's present one kept."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from course.base import files, paths
from course.content import app_history
from course.postboard import files as app_files
from course.postboard.database import begin_app, ensure_app


@dataclass(frozen=True)
class Moved:
    """What start_at did: where the former app went (None: there was none), said in sentences."""

    kept: Path | None
    message: str


def start_at(lesson_id: str) -> Moved:
    """Make work/postboard/ the app as it stands just before a lesson.

    What was there moves to work/kept/postboard-N; files that no lesson writes are copied back.
    When that app has tables, the database `postboard` is made for it; a former one is kept too.
    Raises CourseError for an unknown lesson, or when a folder cannot be moved.
    """
    tree, folder = app_history.before(lesson_id), paths.postboard()
    course_files = {cell.path for cell in app_history.versions()}
    where = f"as it stands just before lesson {lesson_id}"
    with app_files.bookkeeping() as written:
        if folder.is_dir() and all(app_files.read(folder / p) == tree.get(p) for p in course_files):
            said = f"work/postboard/ already holds the app {where}. {ensure_app(tree)}"
            return Moved(None, said.rstrip())
        fresh = paths.state() / "postboard-next"
        shutil.rmtree(fresh, ignore_errors=True)
        app_history.build(fresh, tree)
        if folder.is_dir():
            _copy_others(folder, fresh, course_files)
        kept = _swap(fresh, folder)
        for path, text in tree.items():
            app_files.note(folder, path, text, written)
        # Before the next start_at goes on: two at once would both put the same database aside.
        database = begin_app(tree)
    said = f"work/postboard/ now holds the app {where}."
    if kept:
        said += f" What was there is in {files.shown(kept)}/; files that no lesson writes came along."
    said += " In a lesson that is open, run the first cell again."
    return Moved(kept, f"{said} {database}".rstrip())


def _copy_others(source: Path, target: Path, course_files: set[str]) -> None:
    def skip(folder: str, names: list[str]) -> set[str]:
        below = Path(folder).relative_to(source)
        return {n for n in names if n in files.CACHES or (below / n).as_posix() in course_files}

    shutil.copytree(source, target, symlinks=True, ignore=skip, dirs_exist_ok=True)
    for path in sorted(course_files, reverse=True):  # folders that held files of the course only
        for above in [target / parent for parent in Path(path).parents][:-1]:
            if above.is_dir() and not any(above.iterdir()):
                above.rmdir()


def _swap(fresh: Path, folder: Path) -> Path | None:
    """Put a new folder in the place of the old one, which moves to work/kept/."""
    kept = files.free_path(paths.kept() / folder.name) if os.path.lexists(folder) else None
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder, kept)
    try:
        os.replace(fresh, folder)
    except OSError:
        if kept:
            os.replace(kept, folder)
        raise
    return kept
