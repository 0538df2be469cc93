"""Commands of `course class`: release, collect, grade, feedback and export, on nbgrader."""

import typer

commands = typer.Typer()
