"""Commands of `course class`: slides from a lesson."""

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command("slides")
def slides(
    lesson: Annotated[str, typer.Argument(help="a lesson, as in 3.4")],
    out: Annotated[Path | None, typer.Option(help="the file; without it, one in slides/")] = None,
) -> None:
    """Make one HTML file of slides from a lesson, for a projector without a network.

    Sections are slides, what a cell showed stands below it, and a question waits for its answer. In the
    browser: arrows or space to move, F for full screen, T for light or dark, O for all at once, P to print.
    """
    from course.base import files
    from course.classroom.slides import deck

    print(f"{files.shown(deck.write(lesson, out))} is made. Open it in a browser.")
