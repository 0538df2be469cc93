"""Commands of `course class`: release, collect, grade, feedback and export, on nbgrader."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from course.classroom.grading.folder import CourseFolder
    from course.content.catalog import Lesson

commands = typer.Typer()
_What = Annotated[list[str], typer.Argument(help="lessons (1.4), weeks (1) or all")]
_Folder = Annotated[Path, typer.Option("--folder", help="the folder in which the course is graded")]
_DEFAULT = Path("grading")
_NO_NBGRADER = (
    "nbgrader is not installed: it is one of the authors' packages. `python3 start.py author report` "
    "installs them, once, while there is a network."
)


def _needs_nbgrader() -> None:
    from importlib.util import find_spec

    from course.base.errors import CourseError

    if find_spec("nbgrader") is None:
        raise CourseError(_NO_NBGRADER)


@commands.command("release")
def release(
    what: _What,
    folder: _Folder = _DEFAULT,
    due: Annotated[str, typer.Option(help='when it is due, as in "2026-12-01 18:00"')] = "",
) -> None:
    """Make the exercises of lessons ready to hand out, and known to nbgrader's gradebook."""
    _needs_nbgrader()
    from course.classroom.grading import releasing
    from course.classroom.grading.folder import CourseFolder, chosen

    lessons, moment = chosen(what), releasing.moment(due) if due else None
    place = CourseFolder.prepared(folder)
    for lesson in lessons:
        done = releasing.release(place, lesson, moment)
        print(f"{lesson.id} {lesson.title}: {done.said} {done.file}")


@commands.command("collect")
def collect(
    handed_in: Annotated[
        Path, typer.Argument(help="a folder with a folder, notebook or zip for each learner")
    ],
    what: Annotated[list[str] | None, typer.Argument(help="lessons, weeks or all; all when left out")] = None,
    folder: _Folder = _DEFAULT,
) -> None:
    """Take what learners handed in. Which lesson a notebook is of, it says itself."""
    _needs_nbgrader()
    from course.classroom.grading import collecting
    from course.classroom.grading.folder import CourseFolder, chosen

    place = CourseFolder.existing(folder)
    found = collecting.collect(place, handed_in, chosen(what) if what else None)
    for each in found:
        if each.said or not each.taken:
            where = f"{each.learner}, {each.lesson_id or each.where}"
            print(
                f"{where}: {each.said}" if each.taken else f"{where}: not taken ({each.where}). {each.said}"
            )
    print(f"{sum(each.taken for each in found)} of {len(found)} are in {place.root / 'submitted'}.")


@commands.command("grade")
def grade(
    what: _What,
    folder: _Folder = _DEFAULT,
    again: Annotated[bool, typer.Option(help="also those that are graded already")] = False,
) -> None:
    """Grade what is new. Points that were given by hand stay.

    Every notebook is run in a process of its own, which may write in a temporary folder alone.
    """
    _needs_nbgrader()
    from course.classroom.grading import autograding, executing
    from course.classroom.grading.folder import CourseFolder, chosen

    place, wrong = CourseFolder.existing(folder), 0
    if not executing.WARM:
        print(executing.WHY_NOT)
    for lesson in _graded_here(place, chosen(what), what):
        learners = autograding.waiting(place, lesson, again)
        said = []
        with _bar(f"{lesson.id}", len(learners)) as advance:
            for each in autograding.grade(place, lesson, learners, lambda _: advance()):
                said += [f"{each.learner}: {each.said}"] if each.said else []
        print(
            f"{lesson.id} {lesson.title}: {len(learners)} graded."
            if learners
            else f"{lesson.id}: nothing new."
        )
        print("\n".join(said), end="\n" if said else "")
        wrong += len(said)
    raise typer.Exit(1 if wrong else 0)


@commands.command("feedback")
def feedback(what: _What, folder: _Folder = _DEFAULT) -> None:
    """Write a page for each learner, with the sentences that check says. It needs no network."""
    _needs_nbgrader()
    from course.classroom.grading import feedback as pages
    from course.classroom.grading.folder import CourseFolder, chosen

    place = CourseFolder.existing(folder)
    for lesson in _graded_here(place, chosen(what), what):
        print(f"{lesson.id}: {len(pages.write(place, lesson))} pages in {place.root / 'feedback'}.")


@commands.command("export")
def export(
    to: Annotated[Path, typer.Argument(help="a file that ends with .csv")],
    folder: _Folder = _DEFAULT,
    replace: Annotated[bool, typer.Option(help="overwrite that file")] = False,
) -> None:
    """Write all grades as a table: learner, lesson, points, lateness, what went wrong."""
    _needs_nbgrader()
    from course.classroom.grading import export as table
    from course.classroom.grading.folder import CourseFolder

    print(f"{table.write(CourseFolder.existing(folder), to, replace)} rows in {to}.")


def _graded_here(place: "CourseFolder", lessons: "list[Lesson]", what: list[str]) -> "list[Lesson]":
    """Of a week or of all, the lessons that anybody handed in; lessons named one by one stay."""
    named = [each for each in lessons if each.id in what]
    return [each for each in lessons if each in named or place.learners("submitted", each)]


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar; in the block, a call moves it on by one."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"Grading {title}", total=total)
        yield lambda: progress.update(task, advance=1)
