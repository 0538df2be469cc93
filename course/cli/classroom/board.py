"""Commands of `course class`: the live board, and how a learner joins it."""

import typer

commands = typer.Typer()
