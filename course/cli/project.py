"""`course project`: a new API of the learner's own, and how far a graduation project is."""

from pathlib import Path
from typing import Annotated

import typer

_NAMES = "todo, blog, shop, chat"  # said here too, so that `course --help` need not load the projects

project = typer.Typer(help="Make an API of your own, and check a graduation project.", no_args_is_help=True)


@project.command("new")
def new(
    name: Annotated[str, typer.Argument(help=f"{_NAMES}, or a name of your own, as in tea-shop")],
) -> None:
    """Make a new project in work/projects/.

    todo, blog, shop and chat are graduation projects: each comes with a brief, and `course project check`
    says how far you are. Any other name is a clean API on PostgreSQL with one example resource.
    """
    from course import projects
    from course.base import files

    place = projects.new(name)
    begin = "BRIEF.md" if (place / "BRIEF.md").is_file() else "README.md"
    print(f"{files.shown(place)} is made. Begin with its {begin}.")


@project.command("check")
def check(
    name: Annotated[str, typer.Argument(help=_NAMES)],
    url: Annotated[str, typer.Option(help="a server on this machine, as in http://127.0.0.1:8000")] = "",
    stage: Annotated[int | None, typer.Option(help="one stage alone")] = None,
    seed: Annotated[int | None, typer.Option(help="the values of an earlier check")] = None,
    export: Annotated[Path | None, typer.Option(help="a file for the result, as JSON")] = None,
) -> None:
    """See which requirements of its brief a graduation project meets.

    Without --url it is started by its project.toml, on a database of its own.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from course.base import files
    from course.projects.check import check as checked

    console = Console()
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Checking", total=None)
        report = checked(
            name,
            url=url,
            stage=stage,
            seed=seed,
            on_progress=lambda done, of: progress.update(task, completed=done, total=of),
        )
    report.show(console)
    if export:
        with files.plainly("The export"):
            files.write_text(export, report.as_json())
    raise typer.Exit(0 if report.done else 1)
