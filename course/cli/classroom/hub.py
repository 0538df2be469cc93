"""A command of `course class`: what a JupyterHub starts for a learner (deploy/jupyterhub)."""

import typer

commands = typer.Typer()


@commands.command("hub-server", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def hub_server(context: typer.Context) -> None:
    """Start a learner's server; JupyterHub calls this, nobody types it. More options are passed on to it."""
    import os
    import sys

    from course.base import paths
    from course.base.errors import CourseError
    from course.cli import lab
    from course.workspace import copies, start_page

    if not os.environ.get("JUPYTERHUB_API_TOKEN"):
        raise CourseError(
            "JupyterHub starts this for a learner, and here is no JupyterHub. "
            "To open the course, use `course lab`."
        )
    copies.prepare(lambda sentence: print(sentence, file=sys.stderr))
    start_page.write()
    command = lab.command(context.args, "jupyterhub.singleuser")
    os.chdir(paths.work())
    os.execve(command[0], command, lab.environment())  # the hub watches this process
