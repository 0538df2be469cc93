"""Commands of `course class`: slides from a lesson."""

import typer

commands = typer.Typer()
