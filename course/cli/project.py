"""`course project`: a new API of the learner's own, and how far a graduation project is."""

from typing import Annotated

import typer

project = typer.Typer(help="Make an API of your own, and check a graduation project.", no_args_is_help=True)


@project.command("new")
def new(name: Annotated[str, typer.Argument(help="todo, or a name of your own, as in tea-shop")]) -> None:
    """Make a new project in work/projects/.

    todo is a graduation project: it comes with a brief, and course project check todo says how far you are.
    Any other name is a clean API on PostgreSQL with one example resource.
    """
    from course import projects
    from course.base import files

    place = projects.new(name)
    begin = "BRIEF.md" if (place / "BRIEF.md").is_file() else "README.md"
    print(f"{files.shown(place)} is made. Begin with its {begin}.")
