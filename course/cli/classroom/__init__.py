"""`course class`: a workshop from the kit before it to the grades after it. A file for each part of it."""

import typer

from course.cli.classroom import before, board, grading, hub, slides

classroom = typer.Typer(help="Teach a room: kit, slides, live board, grades.", no_args_is_help=True)
for part in (before, slides, board, grading, hub):
    classroom.add_typer(part.commands)
