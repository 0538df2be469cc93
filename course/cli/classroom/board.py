"""Commands of `course class`: the live board, and how a learner joins it."""

from typing import Annotated

import typer

commands = typer.Typer()


@commands.command("board")
def board(
    host: Annotated[
        str, typer.Option(help="where it listens; 0.0.0.0 is every address of this computer")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free")] = 8700,
    address: Annotated[
        str, typer.Option(help="what learners type, where a proxy with TLS is in front: https://…")
    ] = "",
    new: Annotated[
        bool, typer.Option("--new", help="Begin another room, with another code; the old one's data is kept.")
    ] = False,
    topics: Annotated[
        bool,
        typer.Option("--topics", help="Print what the room has seen, solved and remembered, by topic."),
    ] = False,
) -> None:
    """Open the live board of a room: who is where, who is stuck, what was guessed.

    Learners join by the code that it prints, and only if they want to. --topics needs no board that runs.
    """
    from course.base.errors import CourseError
    from course.classroom.board import server, settings
    from course.cli import topics as by_topic

    if not topics:
        return server.run(settings.Settings.of_room(new=new), host, port, address, print)
    logs = server.logs(settings.Settings.of_room()) if settings.exists() else []
    if not logs:
        raise CourseError("Nobody has joined a room here yet. `course class board` opens one.")
    by_topic.show_room(logs)


@commands.command("join")
def join(
    address: Annotated[str, typer.Argument(help="the board's, as in http://192.168.1.5:8700")] = "",
    code: Annotated[str, typer.Argument(help="the room's, as in K7PQ-2MDX")] = "",
    name: Annotated[str, typer.Option(help="your pseudonym; the board gives you one without it")] = "",
    earlier: Annotated[
        bool, typer.Option("--earlier", help="Send what your log holds already, too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Agree without being asked.")] = False,
) -> None:
    """For learners: join the room of your instructor's board.

    It shows first what would be sent, never your code, and asks. Without address and code: where you stand.
    """
    from course.workspace.room import joining

    if not address or not code:
        print(joining.standing())
        return
    print(joining.notice(address))
    if not yes and not typer.confirm("Join?"):
        print("You have not joined, and nothing was sent.")
        return
    joined = joining.join(address, code, name, earlier=earlier)
    print(f"You are in, as {joined.name}. What you do from now on is sent while your notebooks run.")


@commands.command("leave")
def leave(
    forget: Annotated[
        bool, typer.Option("--forget", help="The board also deletes what it has of you.")
    ] = False,
) -> None:
    """For learners: leave the room. Nothing more is sent."""
    from course.workspace.room import joining

    print(joining.leave(forget=forget))
