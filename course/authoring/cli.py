"""`course author …`: what authors and CI do with lessons."""

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from course.base import paths
from course.base.errors import CourseError
from course.content import catalog

app = typer.Typer(help="For authors: run, make, judge and report lessons.", no_args_is_help=True)
_What = Annotated[list[str] | None, typer.Argument(help="Lesson ids such as 1.4; all when left out.")]
_Exercises = Annotated[
    list[str] | None,
    typer.Argument(help="Ids of lessons or exercises such as 1.4 or 1.4a; all when left out."),
]
_Verbose = Annotated[
    bool, typer.Option(help="Try each expectation on each mutant, and show which expectation finds how many.")
]
_Jobs = Annotated[
    int | None, typer.Option(help="How many processes judge; as many as processors when left out.")
]


def _exercises(ids: list[str] | None) -> list[str]:
    """The ids of exercises that these ids of lessons and exercises mean."""
    given = ids or [lesson.id for lesson in catalog.lessons()]
    found = []
    for each in given:
        one = catalog.is_exercise_id(each)
        chosen = [catalog.exercise(each)] if one else catalog.lesson(each).exercises
        found += [exercise.id for exercise in chosen]
    return list(dict.fromkeys(found))


def _chosen(ids: list[str] | None) -> list[catalog.Lesson]:
    return [catalog.lesson(each) for each in ids] if ids else list(catalog.lessons())


def _short(path: Path) -> str:
    """A path as authors write it, from the course's own folder."""
    return path.relative_to(paths.ROOT).as_posix()


@app.command()
def practice() -> None:
    """Simulate a learner of eight weeks with and without reviews, and draw it: docs/practice.svg."""
    from course.authoring.practice import chart, simulation
    from course.base import files

    days = {pages: simulation.simulate(pages) for pages in (2, 1, 0)}
    files.write_text(paths.ROOT / "docs" / "practice.svg", chart.chart(days))
    print(simulation.in_words(days))


@app.command()
def topics() -> None:
    """How many questions a review can ask of each topic."""
    from course.authoring import report

    Console().print(report.questions_by_topic())


@app.command()
def run(ids: _What = None) -> None:
    """Make the exercises, run lessons and solutions, store what they print, count the minutes."""
    from course.authoring import convert, execute, minutes

    for lesson in track(_chosen(ids), description="Running"):
        answered = lesson.solution_notebook.exists()
        if answered:  # before the lesson, which says how many exercises it has
            convert.make(lesson)
            convert.stamp_file(lesson.solution_notebook)
        execute.store(lesson.notebook)
        if minutes.stamp(lesson):  # the lesson's card shows them
            execute.store(lesson.notebook)
        if answered:
            execute.store(lesson.solution_notebook)


@app.command()
def make(ids: _What = None) -> None:
    """Make exercises/ from solutions/."""
    from course.authoring import convert

    for lesson in _chosen(ids):
        convert.stamp_file(lesson.solution_notebook)
        print(convert.make(lesson))


@app.command()
def text(draft: Path, lesson: str) -> None:
    """Turn a percent script into notebooks/LESSON or solutions/LESSON, such as notebooks/week1_x/1_1_y.

    Outputs that are stored there are gone afterwards: `course author run` makes them anew.
    """
    import jupytext

    from course.authoring import convert, execute

    target = lesson.removesuffix(".ipynb")
    if not re.fullmatch(r"(notebooks|solutions)/week\d+_\w+/\d+_\d+_\w+", target):
        raise CourseError(
            f'"{lesson}" names no lesson. Write for example notebooks/week1_fastapi_basics/1_1_x.'
        )
    notebook = jupytext.read(draft)
    convert.stamp(notebook)
    execute.write(paths.ROOT / f"{target}.ipynb", notebook)
    print(f"{target}.ipynb")


@app.command("sample-app")
def sample_app() -> None:
    """Write sample_app/ anew from the lessons' %%app cells; files listed as extras stay."""
    from course.content import app_history

    for path in app_history.files_in(paths.SAMPLE_APP) - set(app_history.extras()) - set(app_history.final()):
        (paths.SAMPLE_APP / path).unlink()
    app_history.build(paths.SAMPLE_APP, app_history.final())


@app.command()
def judge(ids: _What = None) -> None:
    """Try official answers and those in tests/answers/ on their checks; show what is judged wrongly."""
    from course.authoring import judge

    console, wrong = Console(), 0
    for lesson in _chosen(ids):
        found = list(judge.answers(lesson.answers_file))
        if not found:
            wrong += 1
            console.print(f"{lesson.id} has no answers. Write them in {_short(lesson.answers_file)}.")
        official = [judge.official(each.id) for each in lesson.exercises]
        for answer in track([*official, *found], description=f"Judging {lesson.id}"):
            problem = judge.problem(answer)
            wrong += bool(problem)
            if problem:
                console.print(f"{answer}\n{problem}\n", markup=False)
    console.print(f"{wrong} judged wrongly" if wrong else "All answers are judged as they should be.")
    raise typer.Exit(bool(wrong))


@app.command()
def mutate(ids: _Exercises = None, verbose: _Verbose = False, jobs: _Jobs = None) -> None:
    """Change each official answer in small ways; show each change that its check does not notice."""
    from course.authoring.mutate import outcome, sitting

    wrong = 0
    for found in sitting.outcomes(_exercises(ids), whole=verbose, jobs=jobs):
        print(outcome.summary(found))
        if verbose:
            print(outcome.table(found))
        if problem := outcome.problem(found):
            wrong += 1
            print(f"\n{problem}")
    raise typer.Exit(bool(wrong))


@app.command()
def sentences(ids: _What = None) -> None:
    """Show which expectation holds which sentence of an exercise; give a new sentence an empty list."""
    from course.authoring.mutate import sentences

    wrong: list[str] = []
    for lesson in _chosen(ids):
        sentences.write(lesson)
        for exercise in lesson.exercises:
            print("\n".join([*sentences.table(exercise.id), ""]))
            wrong += sentences.problems(exercise.id)
    print("\n".join(wrong))
    raise typer.Exit(bool(wrong))


@app.command()
def report() -> None:
    """A table of all lessons: cells, pictures, exercises, answers, topics."""
    from course.authoring import report

    Console().print(report.table())


@app.command()
def radar(
    only: Annotated[
        list[str] | None, typer.Option(help="A lesson, such as 3.4; may be repeated. All when left out.")
    ] = None,
    pin: Annotated[
        list[str] | None,
        typer.Option(help="NAME==VERSION, instead of the newest of everything; may be repeated."),
    ] = None,
    locks: Annotated[
        bool, typer.Option("--locks/--newest", help="The packages of the locks, or the newest of everything.")
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Write what was found here, for a program.")] = None,
    summary: Annotated[
        Path | None, typer.Option(help="Add what was found to this file, as Markdown.")
    ] = None,
) -> None:
    """Prove the course with the newest packages, and name for each failure the package that moved."""
    from course.authoring.radar import look, report

    survey = look.look(only or [], pin or [], locks, Console(stderr=True, soft_wrap=True, markup=False).print)
    if json:
        json.write_text(report.as_json(survey), encoding="utf-8")
    if summary:
        with summary.open("a", encoding="utf-8") as file:
            file.write(report.as_markdown(survey))
    print(report.as_markdown(survey))
    raise typer.Exit(bool(survey.finds))


_Folder = Annotated[
    Path | None,
    typer.Option(help="Where the pages go: a new folder, or an older web edition; site/ if left out."),
]


@app.command()
def site(output: _Folder = None) -> None:
    """Make the web edition: the whole course as plain files to read, from the stored outputs."""
    from course.site import build

    folder = (output or build.DEFAULT).absolute()
    build.site(folder)
    Console().print(f"The web edition is in {folder}: open index.html there.", soft_wrap=True)
