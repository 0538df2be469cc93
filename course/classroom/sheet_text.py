"""A pacing sheet as Markdown: a clock for the wall, the questions to ask, the exercises."""

from collections.abc import Iterator
from pathlib import Path

from course.authoring import judge
from course.base import files
from course.classroom.pacing import Section, Sheet, Stop, Task
from course.content import catalog, reading_time

_WHOSE = (
    "The expectation that is not met, and what such answers do. These are the wrong answers by which the "
    "course tests its checks; what most of them do comes first."
)


def markdown(sheet: Sheet) -> str:
    """The sheet as a page of Markdown; times are hours and minutes from the lesson's beginning."""
    return "\n".join([*_head(sheet), *_clock(sheet), *_questions(sheet), *_exercises(sheet)]) + "\n"


def write(folder: Path, lesson: catalog.Lesson, text: str) -> tuple[Path, bool]:
    """Store a sheet as pacing_3_4.md in a folder; where it is, and whether another text was there and stayed.

    Raises OSError.
    """
    path = folder / f"pacing_{lesson.id.replace('.', '_')}.md"
    if path.exists() and path.read_bytes() != text.encode("utf-8"):
        return path, True
    files.write_text(path, text)
    return path, False


def clock(minutes: float) -> str:
    """Minutes from the beginning as "0:07"."""
    hours, rest = divmod(round(minutes), 60)
    return f"{hours}:{rest:02}"


def _head(sheet: Sheet) -> Iterator[str]:
    yield f"# {sheet.lesson.id} {sheet.lesson.title}: pacing"
    yield ""
    yield (
        f"Reading, running and predicting take {sheet.minutes:.0f} minutes: {reading_time.WORDS} words, "
        f"{reading_time.CODE_LINES} lines of code or {reading_time.OUTPUT_LINES} of output a minute, and "
        f"{reading_time.PREDICTION} minutes for a question. The exercises take about "
        f"{_end(sheet) - sheet.minutes:.0f} more. "
        "Times count from the lesson's beginning, without pauses and without your own words."
    )
    yield ""


def _clock(sheet: Sheet) -> Iterator[str]:
    yield from ("| at | minutes | what |", "|---|---:|---|")
    for section in sheet.sections:
        yield f"| {clock(section.at)} | {section.minutes:.0f} | {_cell(section.title)} |"
        for stop in section.stops:
            yield f"| {clock(stop.at)} | | stop and ask: {_cell(stop.question)} |"
    for at, task in _timed(sheet):
        yield f"| {clock(at)} | {task.minutes} | exercise {task.exercise.id}: {_cell(task.exercise.title)} |"
    yield f"| {clock(_end(sheet))} | | the end |"
    yield ""


def _timed(sheet: Sheet) -> Iterator[tuple[float, Task]]:
    at = sheet.minutes
    for task in sheet.tasks:
        yield at, task
        at += task.minutes


def _end(sheet: Sheet) -> float:
    return sheet.minutes + sum(task.minutes for task in sheet.tasks)


def _cell(text: str) -> str:
    """A text as a cell of a table, in one line."""
    return " ".join(text.split()).replace("|", "\\|")


def _questions(sheet: Sheet) -> Iterator[str]:
    asked = [(section, stop) for section in sheet.sections for stop in section.stops]
    if not asked:
        return
    yield from (
        "## Stop and ask",
        "",
        "Everybody commits to an option before anybody runs the next cell.",
        "",
    )
    for section, stop in asked:
        yield from _question(section, stop)


def _question(section: Section, stop: Stop) -> Iterator[str]:
    yield f"**{clock(stop.at)} · {section.title}**"
    yield ""
    yield stop.question
    yield ""
    for option in stop.options:
        said = "right" if option == stop.right else stop.thought.get(option, "")
        yield f"- `{option}`" + f": {said}" * bool(said)
    yield ""


def _exercises(sheet: Sheet) -> Iterator[str]:
    if not sheet.tasks:
        return
    yield from ("## What usually goes wrong in the exercises", "")
    yield from (_WHOSE, "")
    for at, task in _timed(sheet):
        yield f"**{clock(at)} · {task.exercise.id} {task.exercise.title}, {task.minutes} minutes**"
        yield ""
        for mistake in task.mistakes:
            examples = "; ".join(mistake.examples)
            yield f"- {_failing(mistake.expectation)}: {examples}" + "; …" * (
                mistake.answers > len(mistake.examples)
            )
        yield ""


def _failing(expectation: str) -> str:
    return "The code raises" if expectation == judge.RAISES else f"“{expectation}”"
