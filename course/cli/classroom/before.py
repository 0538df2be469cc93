"""Commands of `course class`: the kit of a room without a network, the check of a seat, the pacing sheet."""

import typer

commands = typer.Typer()
