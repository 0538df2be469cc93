"""`course attack`: the table of all attacks on the learner's app, or on a server of this machine."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from course.attacks.outcome import Outcome
from course.attacks.report import Report
from course.attacks.run import attack
from course.base import paths
from course.base.errors import CourseError
from course.postboard import page_app


def run(url: str) -> int:
    """Attack the server at `url`, or for "" a copy of the learner's app, and print the table.

    Returns 0 when something was tried and all of it was refused, else 1. Raises CourseError where nothing
    can be attacked.
    """
    if not url:
        _learners_app()
    console = Console()
    report = _attacked(url, console)
    report.show(console)
    tried = any(each.outcome is Outcome.REFUSED for each in report.lines)
    return 0 if tried and not report.holes else 1


def _learners_app() -> None:
    folder = paths.postboard()
    if not (folder / "app" / "main.py").is_file():
        raise CourseError(
            "Nothing was attacked: there is no app/main.py in work/postboard/, so you have no app yet. "
            "`course start-at 5.7` brings the app of the lessons there. To attack an app that runs already, "
            "give its address, as in: course attack http://127.0.0.1:8000"
        )
    page_app.use(folder)


def _attacked(url: str, console: Console) -> Report:
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Attacking", total=None)
        return attack(
            url or None, on_progress=lambda done, total: progress.update(task, completed=done, total=total)
        )
