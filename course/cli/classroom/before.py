"""Commands of `course class`: the kit of a room without a network, the check of a seat, the pacing sheet."""

import sys
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

    from course.classroom import kit as kits
    from course.classroom import targets

    wanted = targets.chosen(platform or (), python or ())
    console = Console()
    _tell(console, _made(console, folder or kits.default_folder(), wanted))


@commands.command("check")
def check(
    name: Annotated[str, typer.Option(help="The seat's name; user and computer when it is left out.")] = "",
    into: Annotated[
        Path | None, typer.Option(help="A folder, as on a stick or a share: seat-NAME.json is written there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all that was found, as JSON.")] = False,
) -> None:
    """Say in one line whether this seat is ready.

    All that `course doctor` looks at, then disk and memory, PostgreSQL, a kernel and JupyterLab's port. Exit
    status 1 when it is not ready; the cures follow the line.
    """
    from rich.console import Console

    from course.classroom import room, seat
    from course.cli import doctor

    console = Console(stderr=True)
    with console.status("Looking") as status:
        found = seat.check(doctor.diagnose, name, lambda what: status.update(what))
    if as_json:
        print(seat.as_json(found), end="")
    else:
        print(found.line)
        for each in found.wrong:
            print(f"  {each.name}: {each.sentence}")
    if into is not None:
        print(f"Written: {room.save(found, into)}", file=sys.stderr)
    raise typer.Exit(0 if found.ready else 1)


@commands.command("seats")
def seats(folder: Annotated[Path, typer.Argument(help="The folder with the files seat-….json")]) -> None:
    """Show one table of the seats that were checked.

    Seats that are not ready come first. Exit status 1 when there is one.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from course.classroom import room

    found = room.seats(folder)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Seat", overflow="fold")
    for heading in ("Ready", "Python", "System", "Disk MB", "Memory MB", "Checked (UTC)"):
        table.add_column(heading, no_wrap=True, justify="right" if heading.endswith("MB") else "left")
    for each in found:
        table.add_row(*(escape(room.shown(text)) for text in _row(each)))
    console = Console()
    console.print(table)
    for each in found:
        if wrong := room.trouble(each):
            console.print(escape(f"{room.shown(each.name)}: {room.shown(wrong)}"), soft_wrap=True)
    ready = sum(isinstance(each, room.Seat) and each.ready for each in found)
    console.print(f"{ready} of {len(found)} seats are ready.")
    if len(versions := room.versions(found)) > 1:
        console.print(f"The seats have different versions of the course: {', '.join(sorted(versions))}.")
    raise typer.Exit(0 if ready == len(found) else 1)


def _row(each: Any) -> tuple[str, ...]:
    from course.classroom import room

    if isinstance(each, room.Unreadable):
        return (each.name, "?", "", "", "", "", "")
    sizes = (f"{each.disk:,}", f"{each.memory:,}")
    when = each.checked[:16].replace("T", " ")
    ready = "yes" if each.ready else "no"
    return (each.name, ready, each.python, each.system, *sizes, when)


@commands.command("pacing")
def pacing(
    what: Annotated[str, typer.Argument(help="1 (a week), 3.4 or all")],
    into: Annotated[
        Path | None, typer.Option(help="A folder for a file of each lesson, instead of the terminal.")
    ] = None,
) -> None:
    """Print a pacing sheet for a lesson.

    When each section begins, where to stop and ask, the exercises with their minutes, and what usually goes
    wrong. It is Markdown: `course class pacing 3.4 > sheet.md`.
    """
    from course.base import files
    from course.classroom import pacing as sheets
    from course.classroom import sheet_text
    from course.workspace import recheck

    for lesson in recheck.chosen(what):
        text = sheet_text.markdown(sheets.sheet(lesson))
        if into is None:
            _page(text, sys.stdout.isatty())
            continue
        with files.plainly("The pacing sheet"):
            path, left_alone = sheet_text.write(into, lesson, text)
        print(f"Left alone: {path} (it is there already, with another text)" if left_alone else path)


def _page(text: str, terminal: bool) -> None:
    if not terminal:
        print(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def _made(console: Any, folder: Path, wanted: Any) -> Any:
    """A kit, made with a progress bar."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from course.classroom import kit as kits

    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Looking", total=None)
        return kits.make(
            folder,
            wanted,
            lambda what, done, of: progress.update(task, description=what, completed=done, total=of),
        )


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
