"""`course class export`: the grades of all lessons as a table (CSV), by a plugin for nbgrader's export."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from course.base import files
from course.base.errors import CourseError
from course.classroom.grading import executing
from course.classroom.grading.folder import CourseFolder
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
        letters = sorted({letter for row in rows for letter in row["points"]})
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(
            ["learner", "lesson", *letters, "sum", "of", "late hours", "late penalty", "what went wrong"]
        )
        for row in rows:
            points = [row["points"].get(letter, "") for letter in letters]
            table.writerow([_plain(each) for each in (row["learner"], row["lesson"], *points, *row["rest"])])
        with files.plainly("The export"):
            files.write_text(Path(self.to), text.getvalue())
        self.rows = len(rows)


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _rows(folder: CourseFolder, book: Gradebook) -> Iterator[dict[str, Any]]:
    lessons = {f"lesson_{each.id.replace('.', '_')}": each for each in catalog.lessons()}
    for assignment in sorted(
        book.assignments, key=lambda each: list(lessons).index(each.name) if each.name in lessons else -1
    ):
        if assignment.name not in lessons:
            continue
        lesson = lessons[assignment.name]
        everybody = {each.id for each in book.students} | set(folder.learners("submitted", lesson))
        for learner in sorted(everybody):
            yield _row(folder, book, lesson, assignment, learner)


def _row(
    folder: CourseFolder, book: Gradebook, lesson: catalog.Lesson, assignment: Any, learner: str
) -> dict[str, Any]:
    try:
        found = book.find_submission(assignment.name, learner)
    except MissingEntry:
        there = folder.at("submitted", lesson, learner).exists()
        why = "handed in, not graded" if there else "nothing handed in"
        return {
            "learner": learner,
            "lesson": lesson.id,
            "points": {},
            "rest": ["" if there else 0, assignment.max_score, "", "", why],
        }
    grades = {grade.name: grade.score for notebook in found.notebooks for grade in notebook.grades}
    points = {
        each.id[-1]: f"{grades[name]:g}"
        for each in lesson.exercises
        if (name := notebook_file.check_id(each.id)) in grades
    }
    late, penalty = found.total_seconds_late, found.late_submission_penalty or 0
    rest = [
        f"{found.score - penalty:g}",
        f"{found.max_score:g}",
        f"{late / 3600:.1f}" if late else "",
        f"{penalty:g}" if penalty else "",
    ]
    return {
        "learner": learner,
        "lesson": lesson.id,
        "points": points,
        "rest": [*rest, _wrong(folder, lesson, learner)],
    }


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
