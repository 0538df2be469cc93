"""`course class export`: the grades of all lessons as a table (CSV), by a plugin for nbgrader's export."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from course.base import files
from course.base.errors import CourseError
from course.classroom.grading import executing
from course.classroom.grading.folder import CourseFolder, assignment
from course.content import catalog, notebook_file

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would compute


def write(folder: CourseFolder, to: Path, replace: bool = False) -> int:
    """Write the table; returns how many rows it has. A file that is there stays, unless `replace`.

    Raises CourseError when it would be overwritten, or when nobody is graded.
    """
    if to.exists() and not replace:
        raise CourseError(f"{to} is there already and was left alone. Choose another name, or add --replace.")
    with folder.gradebook() as book:
        plugin = CourseExport(folder)
        plugin.to = str(to)
        plugin.export(book)
    return plugin.rows


class CourseExport(ExportPlugin):
    """One row for each learner and lesson: points by exercise, their sum, lateness, and what went wrong."""

    def __init__(self, folder: CourseFolder, **options: Any) -> None:
        super().__init__(**options)
        self._folder, self.rows = folder, 0

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to `to`. Raises CourseError when there is nothing to write."""
        rows = list(_rows(self._folder, gradebook))
        if not rows:
            raise CourseError(
                "Nobody is graded yet, so there is nothing to export: `course class grade` comes first."
            )
        letters = sorted({letter for row in rows for letter in row.points})
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(
            ["learner", "lesson", *letters, "sum", "of", "late hours", "late penalty", "what went wrong"]
        )
        for row in rows:
            points = [row.points.get(letter, "") for letter in letters]
            table.writerow([_plain(each) for each in (row.learner, row.lesson_id, *points, *row.rest)])
        with files.plainly("The export"):
            files.write_text(Path(self.to), text.getvalue())
        self.rows = len(rows)


def _plain(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


@dataclass
class _Row:
    """A learner and a lesson; `points` by the letter of an exercise, `rest` from the sum on."""

    learner: str
    lesson_id: str
    points: dict[str, str]
    rest: list[str]


def _rows(folder: CourseFolder, book: Gradebook) -> Iterator[_Row]:
    released = {each.name: each for each in book.assignments}
    for lesson in catalog.lessons():
        found = released.get(assignment(lesson))
        if found is None:
            continue
        everybody = {each.id for each in book.students} | set(folder.learners("submitted", lesson))
        for learner in sorted(everybody):
            try:
                submission = book.find_submission(found.name, learner)
            except MissingEntry:
                yield _without_grades(folder, lesson, learner, found.max_score)
            else:
                yield _row(folder, lesson, learner, submission)


def _without_grades(folder: CourseFolder, lesson: catalog.Lesson, learner: str, most: float) -> _Row:
    if folder.at("submitted", lesson, learner).exists():
        return _Row(learner, lesson.id, {}, ["", f"{most:g}", "", "", "handed in, not graded"])
    return _Row(learner, lesson.id, {}, ["0", f"{most:g}", "", "", "nothing handed in"])


def _row(folder: CourseFolder, lesson: catalog.Lesson, learner: str, submission: Any) -> _Row:
    grades = {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
    names = {each.id[-1]: notebook_file.check_id(each.id) for each in lesson.exercises}
    points = {letter: f"{grades[name]:g}" for letter, name in names.items() if name in grades}
    hours, penalty = submission.total_seconds_late / 3600, submission.late_submission_penalty or 0
    total = [f"{submission.score - penalty:g}", f"{submission.max_score:g}"]
    late = [f"{hours:.1f}" if hours else "", f"{penalty:g}" if penalty else ""]
    return _Row(learner, lesson.id, points, [*total, *late, _wrong(folder, lesson, learner)])


def _wrong(folder: CourseFolder, lesson: catalog.Lesson, learner: str) -> str:
    """What was noticed about a submission, and how each exercise stands that is not done."""
    try:
        notebook = nbformat.read(folder.at("autograded", lesson, learner), as_version=4)
    except (OSError, ValueError):
        return "could not be graded: nbgrader.log says why"
    said = executing.remarks_in(notebook)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and cell.metadata.get("nbgrader", {}).get("grade"):
                said.append(_in_short(output.evalue))
            elif output.output_type == "error" and output.ename == "Stopped":
                said.append(output.evalue)
    return "; ".join(dict.fromkeys(said))


def _in_short(verdict: str) -> str:
    """The heading of a verdict without the exercise's title: "1.4b: not yet, 2 of 5"."""
    heading = verdict.partition("\n")[0]
    exercise_id, _, rest = heading.partition(" · ")
    return f"{exercise_id}: {rest.rpartition(': ')[2]}" if rest else heading
