"""What the commands of `course` print, by rich: tables, lists and progress bars."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from course.base.errors import CourseError
from course.content import catalog
from course.workspace import copies, manifest, progress, reset_exercise, reviews, start_page
from course.workspace.progress import next_step, record, standings


def doctor() -> int:
    """Print each finding of the doctor, cause and cure below what is wrong; 1 when anything is."""
    from course.cli.doctor import diagnose

    console = Console()
    findings = diagnose()
    for found in findings:
        mark = "[green]✓[/]" if found.ok else "[red]✗[/]"
        console.print(f"{mark} {escape(found.name)}: {escape(found.what)}", soft_wrap=True)
        if not found.ok:
            console.print(f"    why:  {escape(found.cause)}", soft_wrap=True)
            console.print(f"    cure: {escape(found.cure)}", soft_wrap=True)
    wrong = sum(not found.ok for found in findings)
    console.print("All is well." if not wrong else f"{wrong} of {len(findings)} need a cure.")
    return 1 if wrong else 0


def status() -> None:
    """Print a table of the lessons with the learner's progress, and write the first page anew."""
    standing = standings()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Lesson")
    table.add_column("Title", overflow="ellipsis", no_wrap=True)
    for heading in ("Exercises", "Done", "Survive a restart"):
        table.add_column(heading, no_wrap=heading == "Exercises")
    for lesson in catalog.lessons():
        shown, done, survive = start_page.squares(lesson, standing)
        total = len(lesson.exercises)
        table.add_row(lesson.id, escape(lesson.title), shown, f"{done}/{total}", f"{survive}/{total}")
    console = Console()
    console.print(table)
    if trouble := progress.trouble():
        console.print(escape(trouble), soft_wrap=True)
    console.print(f"Next: {escape(start_page.next_in_words(next_step()))}", soft_wrap=True)
    if due := reviews.in_a_line():
        console.print(escape(due), soft_wrap=True)
    try:
        start_page.write()
    except CourseError as problem:  # all that was asked for is shown already
        console.print(escape(str(problem)), soft_wrap=True)


def check(what: str) -> None:
    """Run the learner's notebooks afresh with a progress bar, and print each exercise's standing."""
    from course.workspace import recheck

    console = Console()
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=console, transient=True) as progress:
        task = progress.add_task("Running your notebooks", total=None)

        def on_progress(done: int, total: int, name: str = "") -> None:
            progress.update(task, completed=done, total=total, description=name or None)

        rows = recheck.recheck(what, on_progress)
    if rows:
        console.print(_standings(rows))
    if unchanged := recheck.passed_over(what):
        lessons = "1 lesson" if unchanged == 1 else f"{unchanged} lessons"
        console.print(f"Passed over: {lessons} in whose exercises you have written nothing.")
    start_page.write()


def update() -> None:
    """Update the learner's copies, and print what was done and what was left alone."""
    report = copies.update()
    for words, names in (("New", report.new), ("Updated", report.updated)):
        for name in names:
            print(f"{words}: {name}")
    for words, reasons in (("Left alone", report.left_alone), ("Restored", report.restored)):
        for name, reason in reasons.items():
            print(f"{words}: {name} ({reason})")
    for name, became in report.former.items():
        print(f"Former name: {name} {became}.")
    if report == copies.Report():
        print("Everything is up to date.")
    start_page.write()


def reset(exercise_id: str) -> None:
    """Begin an exercise again in the learner's notebook, and say where the old text is."""
    notebook = manifest.exercise_copy(catalog.lesson(catalog.exercise(exercise_id).lesson))
    before = notebook.read_bytes() if notebook.exists() else b""
    earlier = reset_exercise.reset_exercise(exercise_id)
    if notebook.read_bytes() == before:
        print(f"Exercise {exercise_id} is as it was given: there is nothing to reset.")
        return
    unsaved = record("reset", exercise_id)
    print(
        f"Exercise {exercise_id} is as it was given."
        + " Your earlier answer is in the cell right below it." * bool(earlier.strip())
        + f" Where {notebook.name} is open in JupyterLab, choose File > Reload Notebook from Disk. What was "
        f'not saved there is lost then: in an open notebook, reset("{exercise_id}") in a cell loses nothing.'
        + f" {unsaved}"
        * bool(unsaved)
    )


def _standings(rows: Iterable[Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Exercise", "Title", "Before", "Now"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(x)) for x in (row.exercise_id, row.title, row.before, row.after)))
    return table
