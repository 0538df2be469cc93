"""Links from one page to another, as a notebook's output can hold them."""

import os
from html import escape
from pathlib import Path
from urllib.parse import quote

from course.base import paths
from course.content import catalog, notebook_file
from course.workspace import manifest


def in_learners_folder() -> bool:
    """Whether this kernel runs in work/, where the copies of all pages lie side by side."""
    try:
        return Path.cwd().is_relative_to(paths.work().resolve())
    except OSError:  # the folder was deleted meanwhile
        return False


def to_lesson(lesson: catalog.Lesson) -> str:
    """The relative address of a lesson, seen from the page in this kernel."""
    return _address(manifest.lesson_copy(lesson), lesson.notebook)


def to_exercises(lesson: catalog.Lesson) -> str:
    """The relative address of a lesson's exercises, seen from the page in this kernel."""
    return _address(manifest.exercise_copy(lesson), lesson.exercise_notebook)


def to_exercise(exercise: catalog.Exercise) -> str:
    """The relative address of one exercise: its page, and in it the cell with its heading."""
    lesson = catalog.lesson(exercise.lesson)
    for cell in notebook_file.read_cells(lesson.exercise_notebook):
        found = notebook_file.HEADING.search(notebook_file.source(cell))
        if found and found[1] == exercise.id and "id" in cell:
            # JupyterLab finds a heading by its words only where they are plain ASCII; ours have a dot.
            return f"{to_exercises(lesson)}#cell-id={quote(cell['id'])}"
    return to_exercises(lesson)


def anchor(address: str, text: str) -> str:
    """A link as HTML."""
    return f'<a href="{escape(address, quote=True)}">{escape(text)}</a>'


def after(lesson: catalog.Lesson) -> catalog.Lesson | None:
    """The lesson that comes next; None after the last."""
    everything = catalog.lessons()
    place = [each.id for each in everything].index(lesson.id)
    return everything[place + 1] if place + 1 < len(everything) else None


def _address(copy: Path, published: Path) -> str:
    """Elsewhere than in work/ pages lie as published: notebooks/ and exercises/, each with its weeks."""
    if in_learners_folder():
        return quote(os.path.relpath(copy.resolve(), Path.cwd()).replace(os.sep, "/"))
    return quote("../../" + published.relative_to(paths.ROOT).as_posix())
