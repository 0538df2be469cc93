"""The first cell of a page, `lesson("1.4")`, and `reset`, which begins again."""

import os
import shutil
import sys
from collections import Counter
from html import escape
from pathlib import Path
from typing import Any

from course.base import paths
from course.base.errors import CourseError
from course.base.text import as_html
from course.content import app_history, catalog
from course.page import answer_cell, exercise, first_page, history, kernel_start, links
from course.page.note import Note
from course.postboard import magics, page_app
from course.workspace import progress

_MOST_FILES = 9  # that a card names one by one


class Page:
    """The page that is open in this kernel; shown as a card."""

    def __init__(self, lesson: catalog.Lesson, exercises: bool) -> None:
        self.lesson, self.exercises = lesson, exercises
        self.message = ""
        self.database_url = ""

    @property
    def database(self) -> str:
        """The name of this page's own database."""
        kind = "exercises" if self.exercises else "lesson"
        return f"{kind}_{self.lesson.id.replace('.', '_')}{_fresh_run()}"

    def facts(self) -> list[str]:
        """The lines of the card below its title."""
        here = self.lesson
        if self.exercises:
            return [f"{len(here.exercises)} exercises. Write in a cell, run it, then run the check below it."]
        builds = sorted({cell.path for cell in app_history.versions() if cell.lesson_id == here.id})
        lines = [f"{here.minutes} minutes, then {len(here.exercises)} exercises."]
        lines += [f"It builds {_named(builds)} in your own API."] if builds else []
        return lines + ([f"Its own PostgreSQL database: {self.database}."] if here.database else [])

    def __repr__(self) -> str:
        return "\n".join([self._title(), *self.facts(), *([self.message] if self.message else [])])

    def _title(self) -> str:
        return f"{self.lesson.id} {self.lesson.title}" + (": exercises" if self.exercises else "")

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        rows = "".join(f"<div>{escape(line)}</div>" for line in self.facts())
        note = f'<div style="margin-top: 4px"><em>{as_html(self.message)}</em></div>' if self.message else ""
        if self.exercises and links.in_learners_folder():
            note += (
                f"<div>Back to {links.anchor(links.to_lesson(self.lesson), f'lesson {self.lesson.id}')}</div>"
            )
        style = "border-left: 4px solid var(--jp-brand-color1, #1976d2); padding: 2px 0 2px 12px"
        html = f'<div style="{style}"><strong>{escape(self._title())}</strong>{rows}{note}</div>'
        return {"text/plain": repr(self), "text/html": html}


def _fresh_run() -> str:
    """What `course check` adds to names: its run must not take from the page that may be open."""
    return "_fresh" if os.environ.get(progress.FRESH_VARIABLE) else ""


current: Page | None = None


def lesson(lesson_id: str, *, exercises: bool = False) -> Page:
    """Make this notebook the page of a lesson, or of its exercises, and show its card.

    The page gets the app as it stood before the lesson (exercises: as the lesson left it), the
    `%%app` magic, and a clean database of its own when the lesson uses one. Raises CourseError.
    """
    global current
    if not isinstance(lesson_id, str):
        raise CourseError(f'lesson needs the number of a lesson in quotes, as in lesson("{lesson_id}").')
    page = Page(catalog.lesson(lesson_id), exercises)
    _prepare_process()
    _give_app(page)
    if page.lesson.database:
        page.database_url = _open_database(page)
    page.message = " ".join(filter(None, (page.message, exercise.unfinished(lesson_id))))
    current = page
    _quiet(history.shell())
    if links.in_learners_folder():
        first_page.due()
    if not exercises:
        unsaved = progress.record("lesson", lesson_id)
        page.message = " ".join(filter(None, [page.message, unsaved]))
    return page


def reset(exercise_id: str | None = None) -> Note:
    """Without an id: this page's database, clean again. With one ("1.4a"): the exercise's starter.

    The learner's text is kept in work/kept/. The starter comes into the answer cell; where the page cannot be
    asked for that, into a new cell, once.
    """
    if exercise_id is None:
        return _reset_database()
    return answer_cell.reset(exercise_id)


def _reset_database() -> Note:
    if current is None or not current.lesson.database:
        raise CourseError(
            'This page has no database to reset. To start an exercise again: reset("1.4a"), with its id.'
        )
    current.database_url = _open_database(current)
    return Note(f"The database {current.database} is as it was when this page opened.")


def _open_database(page: Page) -> str:
    from course.look import _log
    from course.postboard import database

    tree = (app_history.after if page.exercises else app_history.before)(page.lesson.id)
    address = database.open_for(page.database, tree)
    _log.begin(address)  # what the page's looks show of the log begins here
    if app_history.tests_in(app_history.after(page.lesson.id)):
        database.open_for_tests(page.database, tree)
    return address


def _prepare_process() -> None:
    """What a page needs of its process: commands such as `!uvicorn` on the PATH, our hooks in IPython."""
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + os.environ.get("PATH", "")
    # From 3.13 on, a Python that a cell starts would colour its tracebacks, because Jupyter asks for colours.
    os.environ["PYTHON_COLORS"] = "0"
    ipython = history.shell()
    if ipython is not None:
        kernel_start.here_last()
        from course.suites import page_run  # only now: a file of the learner's may be called as a library is

        history.watch(ipython)
        first_page.watch(ipython)
        magics.register(ipython)
        page_run.register(ipython)


def _named(files: list[str]) -> str:
    """Files by their paths; where there are many, by the folder that they are in."""
    if len(files) <= _MOST_FILES:
        return ", ".join(files)
    folders = Counter(path.partition("/")[0] for path in files)
    inside = {f"{folder}/": count for folder, count in folders.items() if folder not in files}
    many = [f"{count} file{'s' * (count > 1)} in {folder}" for folder, count in inside.items()]
    return ", ".join([*many, *(path for path in files if "/" not in path)])


def _quiet(ipython: Any) -> None:
    """Show nothing for a bare `...`: a starter ends with it, and would print "Ellipsis"."""
    formatter = getattr(ipython, "display_formatter", None)
    if formatter is not None and current is not None and current.exercises:
        formatter.ipython_display_formatter.for_type(type(...), lambda _: None)


def _give_app(page: Page) -> None:
    if page.exercises:
        folder = paths.state() / "apps" / f"{page.lesson.id}-exercises{_fresh_run()}"
        shutil.rmtree(folder, ignore_errors=True)
        app_history.build(folder, app_history.after(page.lesson.id))
        page_app.use(folder)
        return
    settled = page_app.settle(page.lesson.id)
    page.message = settled.message
    page_app.use(settled.folder)
