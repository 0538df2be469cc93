"""A page with the questions of one review, made anew each time in the learner's folder."""

from datetime import UTC, datetime
from pathlib import Path

import nbformat

from course.base import files, paths
from course.base.errors import CourseError
from course.content import catalog
from course.workspace import reviews
from course.workspace.reviews import Memory

FOLDER = "review"
NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight")
NOTHING_YET = "There is nothing to review yet: open a lesson first. Its questions are asked again later."
NOTHING_DUE = "Nothing is due today. {when}"


def make(now: datetime | None = None) -> Path:
    """Write a page with what is due and return its path; pages that are there stay as they are.

    Raises CourseError when nothing is due, or when the learner's folder cannot be written.
    """
    now = now or datetime.now(UTC)
    asked = reviews.chosen(now)
    if not asked:
        raise CourseError(_why_nothing(now))
    gone = reviews.gone()
    page = nbformat.v4.new_notebook(cells=_cells(asked, gone, now), metadata=_METADATA)
    with files.plainly("Making the page of the review"):
        wanted = paths.work() / FOLDER / f"{now.astimezone():%Y-%m-%d}.ipynb"
        path = files.keep(wanted, nbformat.writes(page))
    reviews.tell_gone(gone)
    return path


_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _why_nothing(now: datetime) -> str:
    if not reviews.memories():
        return NOTHING_YET
    first = next((day for day, n in enumerate(reviews.next_days(now, 365)) if n), None)
    when = (
        "The next question is due tomorrow." if first == 1 else f"The next question is due in {first} days."
    )
    return NOTHING_DUE.format(when=when if first else "Open the next lesson: it brings new questions.")


def _cells(asked: list[Memory], gone: list[str], now: datetime) -> list[nbformat.NotebookNode]:
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [markdown(_opening(asked, gone, now)), code("from course import recall")]
    for number, (name, memory) in enumerate(zip(NAMES, asked, strict=False), start=1):
        week = catalog.lesson(memory.question.lesson).week
        cells += [
            markdown(f"## {number} · from week {week}\n\nWhat happens when this program is run?"),
            code(f'{name} = recall.again("{memory.question.id}", {len(memory.answers)})'),
            code(f"{name}.run()"),
        ]
    return [*cells, markdown("## How it went"), code("recall.reviewed()")]


def _opening(asked: list[Memory], gone: list[str], now: datetime) -> str:
    many = f"{len(asked)} questions" if len(asked) > 1 else "1 question"
    parts = [
        f"# Review of {now.astimezone():%d %B %Y}",
        f"{many}, about {reviews.minutes(asked)} minutes. Run a question's cell with Shift+Enter, read the "
        "program and choose. The next cell runs it and shows what happens. Your first answer counts.",
    ]
    if gone:
        parts.append(
            f"The course has changed: {', '.join(gone)} {'is' if len(gone) == 1 else 'are'} no longer asked."
        )
    return "\n\n".join(parts)
