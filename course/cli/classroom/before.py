"""Commands of `course class`: the kit of a room without a network, the check of a seat, the pacing sheet."""

from pathlib import Path
from typing import Annotated, Any

import typer

commands = typer.Typer()


@commands.command("kit")
def kit(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to make it; beside the course when it is left out.")
    ] = None,
    platform: Annotated[
        list[str] | None,
        typer.Option(
            help="linux-x86_64, linux-aarch64, macos-arm64 or windows; more than once for more. "
            "This computer's own when it is left out."
        ),
    ] = None,
    python: Annotated[
        list[str] | None,
        typer.Option(help="3.11 to 3.14; more than once for more. This one when it is left out."),
    ] = None,
) -> None:
    """Make a folder and a zip that install the course without a network.

    They hold the course and its packages, each held to its hash. In the room, `python3 start.py` in that
    folder installs from it alone. Python itself is not in it.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from course.classroom import kit as kits
    from course.classroom import targets

    console = Console()
    wanted = targets.chosen(platform or (), python or ())
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Looking", total=None)
        made = kits.make(
            folder or kits.default_folder(),
            wanted,
            lambda what, done, of: progress.update(task, description=what, completed=done, total=of),
        )
    _tell(console, made)


def _tell(console: Any, made: Any) -> None:
    """Print the size of each part of a kit, and where it is."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("For", min_width=36)
    for heading in ("Packages", "their MB", "course MB", "MB"):
        table.add_column(heading, justify="right")
    for part in made.parts:
        numbers = (part.wheels_size / 1e6, part.course_size / 1e6, part.megabytes)
        table.add_row(part.target.title, str(len(part.wheels)), *(f"{number:.0f}" for number in numbers))
    console.print(table)
    for path, size in ((made.folder, made.folder_size), (made.archive, made.archive_size)):
        console.print(f"{escape(str(path))}: {size / 1e6:.0f} MB", soft_wrap=True)
    if made.changed:
        shown = ", ".join(made.changed[:3]) + f" and {len(made.changed) - 3} more" * (len(made.changed) > 3)
        console.print(f"Files that you have changed are in it as they are: {escape(shown)}.", soft_wrap=True)
    console.print("In the room: unpack it, then `python3 start.py` in that folder.")
