"""`course grade-tests`: how many mistakes in an app do its tests notice?"""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from course.base import paths
from course.base.errors import CourseError
from course.content import app_history
from course.postboard import files
from course.suites.grades import Grades, grade

_WIDE = 30  # characters of a bar


def run(folder: Path | None) -> int:
    """Grade the tests of the learner's app, or of another folder, and print the table.

    Returns 0 when every mistake was noticed, else 1. Raises CourseError where there are no tests.
    """
    tree = _suite(folder or paths.postboard())
    console = Console()
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Grading", total=None)
        grades = grade(tree, on_progress=lambda done, of: progress.update(task, completed=done, total=of))
    show(grades, console)
    return 0 if grades.fates and not grades.survivors else 1


def show(grades: Grades, console: Console) -> None:
    """Print a bar for each part of the app, then what was not noticed there."""
    if grades.problem or not grades.fates:
        why = grades.problem or "None of the course's mistakes has a place in this app: it is another one."
        console.print(f"Nothing was graded. {why}", soft_wrap=True, markup=False)
        return
    console.print(_bars(grades))
    for area, fates in grades.areas.items():
        if alive := [each.variant.says for each in fates if not each.noticed]:
            console.print(f"Not noticed, {area}:", style="bold")
            for says in alive:
                console.print(f"  ✗ {says}", soft_wrap=True, markup=False)
    all_of_them, noticed = len(grades.fates), len(grades.fates) - len(grades.survivors)
    console.print(f"{grades.tests} tests notice {noticed} of {all_of_them} mistakes.", highlight=False)
    if grades.left_out:
        names = ", ".join(grades.left_out)
        console.print(f"This app has no place for: {names}.", soft_wrap=True, markup=False)


def _bars(grades: Grades) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    most = max(len(fates) for fates in grades.areas.values())
    for area, fates in grades.areas.items():
        noticed = sum(each.noticed for each in fates)
        long, short = (round(_WIDE * number / most) for number in (noticed, len(fates) - noticed))
        table.add_row(area, f"[green]{'█' * long}[/][red]{'░' * short}[/]", f"{noticed} of {len(fates)}")
    return table


def _suite(folder: Path) -> app_history.Tree:
    """The app in a folder with its tests; where there are tests only, with the course's own app."""
    tree = files.tree(folder) if folder.is_dir() else {}
    if not app_history.tests_in(tree):
        raise CourseError(
            f"Nothing was graded: {folder.name}/ has no tests/. Lesson 6.1 begins them, and `course start-at "
            "6.2` brings yours as the lessons left them."
        )
    if "app/main.py" in tree:
        return tree
    final = app_history.final()
    own = app_history.tests_in(final)
    return {path: text for path, text in final.items() if path not in own} | tree
