"""The `course` command. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from course.base.errors import CourseError


def _incomplete(problem: ImportError) -> str:
    """What to do when a package is missing, as half an installation or another program leaves it."""
    return (
        f"The course's packages are damaged: {problem}. Run `python3 start.py` in the course's folder: it "
        "installs them again. If that does not help, delete the folder .venv there (your own work is not in "
        "it) and run it once more."
    )


try:
    import typer

    from course.cli.classroom import classroom
    from course.cli.completion import anything, exercise_ids, lesson_ids
    from course.cli.project import project
except ImportError as missing:
    sys.exit(_incomplete(missing))

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(project, name="project")
app.add_typer(classroom, name="class")


def _version(wanted: bool) -> None:
    if wanted:
        from course.cli import release

        print(release.version())
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the course's version.")
    ] = False,
) -> None:
    """Backend Python, lesson by lesson. Start with: course lab"""


_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_PASS_ON)
def lab(context: typer.Context) -> None:
    """Open JupyterLab on your folder. Takes JupyterLab's own options, such as --no-browser.

    All of them are listed by: course lab --help-all
    """
    from course.cli import lab as jupyterlab

    raise typer.Exit(jupyterlab.run(context.args, _complain))


@app.command()
def doctor() -> None:
    """Say what is wrong with the set-up, and its cure."""
    from course.cli import output

    raise typer.Exit(output.doctor())


@app.command()
def status(
    topics: Annotated[
        bool, typer.Option("--topics", help="By topic: what you saw, solved, remember, and what is due.")
    ] = False,
    room: Annotated[
        Path | None,
        typer.Option(
            help="For instructors, with --topics: a folder with the logs of learners who gave them."
        ),
    ] = None,
) -> None:
    """Show how far you are, and what is next."""
    from course.cli import output
    from course.cli import topics as by_topic

    if topics or room:
        by_topic.show(room)
    else:
        output.status()


@app.command()
def review() -> None:
    """Open a page with the questions that are due for you.

    Ten minutes at most, from all weeks that you have begun.
    """
    from course.cli import review as reviewing

    raise typer.Exit(reviewing.run(_complain))


@app.command()
def check(
    what: Annotated[
        str, typer.Argument(autocompletion=anything, help="1 (a week), 1.4, 1.4a or all")
    ] = "all",
) -> None:
    """See which of your answers survive a restart.

    Runs your notebooks again, each in a fresh kernel.
    """
    from course.cli import output

    output.check(what)


@app.command("start-at")
def start_at(
    lesson: Annotated[str, typer.Argument(autocompletion=lesson_ids, help="a lesson, as in 1.5")],
) -> None:
    """Bring your app to the start of a lesson.

    The app in work/postboard/ that you have now is kept in work/kept/.
    """
    from course.workspace import start_at

    print(start_at.start_at(lesson).message)


@app.command()
def update(
    copies: Annotated[
        bool, typer.Option("--copies", help="Look for no release: only the copies, from what is here.")
    ] = False,
) -> None:
    """Bring the newest release, and its lessons.

    What you changed is left alone and named. Nothing in your folder is ever written over.
    """
    from course.cli import output, release

    if not copies:
        news = release.bring()
        print(news.sentence)
        if news.moved:
            raise typer.Exit(release.go_on())
    output.update()


@app.command()
def reset(
    exercise: Annotated[str, typer.Argument(autocompletion=exercise_ids, help="an exercise, as in 1.4a")],
) -> None:
    """Begin an exercise again; your old text stays below it."""
    from course.cli import output

    output.reset(exercise)


@app.command()
def url(name: Annotated[str, typer.Argument(help="as in lesson_2_3")] = "postboard") -> None:
    """Print the address, with password, of one of your databases.

    With it in DATABASE_URL your app starts in a terminal: `uvicorn app.main:app`. From lesson 5.7 on,
    DATABASE_URL and TOKEN_SECRET stand in a file .env; .env.example says how.
    """
    from course.cli import address

    print(address.address(name))


@app.command(context_settings=_PASS_ON)
def psql(
    context: typer.Context, name: Annotated[str, typer.Argument(help="as in lesson_2_3")] = "postboard"
) -> None:
    """Open psql on one of your databases. Takes psql's options after the name.

    The password stays out of the list of processes, which other users of the machine can read.
    """
    from course.cli import address

    raise typer.Exit(address.psql(name, context.args))


@app.command()
def attack(
    url: Annotated[str, typer.Argument(help="a server on this machine, as in http://127.0.0.1:8000")] = "",
) -> None:
    """Attack your API, and see what it refuses.

    Without an address a copy of your app in work/postboard/ is attacked, on a database of its own.
    """
    from course.cli import attack as attacks

    raise typer.Exit(attacks.run(url))


@app.command("grade-tests")
def grade_tests(
    folder: Annotated[
        Path | None,
        typer.Argument(help="a folder with tests/, and with app/ unless they are for the course's app"),
    ] = None,
) -> None:
    """See which mistakes in your app your tests notice.

    A hundred copies are broken, each in its own way and on a database of its own; yours is not touched.
    """
    from course.cli import grade_tests as grading

    raise typer.Exit(grading.run(folder))


@app.command()
def stop() -> None:
    """Stop PostgreSQL; a page that needs it starts it again."""
    from course import postgres

    postgres.stop()
    print("PostgreSQL is stopped. It starts again by itself when a page needs it.")


@app.command()
def bench() -> None:
    """Measure how quick the course is here, beside its budgets."""
    from course.authoring.bench import table as measured

    raise typer.Exit(measured.run())


@app.command(context_settings=_PASS_ON)
def test(context: typer.Context) -> None:
    """Prove the whole course: notebooks, exercises, answers.

    With --changed only what belongs to the files that you changed; with --deep only what takes long.
    Takes pytest's options too.
    """
    from course.authoring import proof

    raise typer.Exit(proof.run(context.args))


@app.command(context_settings=_PASS_ON, add_help_option=False)
def author(context: typer.Context) -> None:
    """For authors: run and store notebooks, judge answers."""
    if find_spec("course.authoring.cli") is None:
        raise CourseError("This copy of the course has no tools for authors: use a full clone.")
    from course.authoring.cli import app as authors

    authors(args=context.args, prog_name="course author")


def main() -> None:
    """Run the command; an expected failure is a sentence on stderr and exit status 1."""
    for stream in (sys.stdout, sys.stderr):  # a console without UTF-8 shows "?" and goes on
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="course")
    except CourseError as problem:
        _complain(str(problem))
        sys.exit(1)
    except ImportError as problem:
        _complain(_incomplete(problem))
        sys.exit(1)
    except OSError as problem:
        where = f": {problem.filename}" if problem.filename else ""
        _complain(
            f"The system refused what this command needs ({problem.strerror or problem}{where}). Nothing of "
            "yours was lost. Check that your folder is yours to read and to write; `course doctor` looks for "
            "the cause."
        )
        sys.exit(1)


def _complain(sentence: str) -> None:
    print(sentence, file=sys.stderr)


if __name__ == "__main__":
    main()
