"""A handed-in notebook with the marks and the checks that nbgrader looks for, whatever was done to them."""

from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from course.base.errors import CourseError
from course.content import catalog, notebook_file

REMARKS = "grading"  # in the metadata of the course: what was noticed about a submission
_MARKS = {"schema_version": 3, "task": False}


class Restore(NbGraderPreprocessor):
    """Runs before nbgrader's own repairs, which give up where an answer cell is gone or marks are broken."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Find each exercise's cells again, and put back a check that is gone."""
        about = resources["nbgrader"]
        lesson = catalog.lesson(lesson_id(about["assignment"]))
        with Gradebook(about["db_url"]) as book:
            source = book.find_notebook(about["notebook"], about["assignment"])
            points = {each.name: each.max_score for each in source.grade_cells}
            texts = {each.name: each.source for each in source.source_cells}
        empty = not any(each.source.strip() for each in nb.cells)
        remarks = restore(nb, lesson, points, texts)
        course = nb.metadata.setdefault("course", {})
        earlier = course.get(REMARKS, [])
        if empty:  # one sentence is enough
            remarks = [] if earlier else ["The notebook that was handed in is empty."]
        course[REMARKS] = [*(earlier if isinstance(earlier, list) else []), *remarks]
        return nb, resources


def lesson_id(assignment: str) -> str:
    """The lesson ("1.4") of an assignment (lesson_1_4). Raises CourseError for another name."""
    kind, _, number = assignment.partition("_")
    if kind != "lesson":
        raise CourseError(f'"{assignment}" is no assignment of the course: these are called lesson_1_4.')
    return number.replace("_", ".")


def restore(
    notebook: Any, lesson: catalog.Lesson, points: dict[str, float], texts: dict[str, str]
) -> list[str]:
    """Mark a notebook's cells anew, and return what was noticed.

    `points` and `texts` are by the `grade_id` of the source's cells.
    """
    remarks: list[str] = []
    cells, notebook.nbformat, notebook.nbformat_minor = notebook.cells, 4, 5
    _begin(cells, lesson, remarks)
    found: dict[str, Any] = {}
    for exercise in lesson.exercises:
        _find(cells, exercise.id, found, points, remarks)
    claimed = {id(each) for each in found.values()}
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number:03d}"
        if id(cell) not in claimed:
            cell.metadata.pop("nbgrader", None)
    for exercise in lesson.exercises:
        name = notebook_file.check_id(exercise.id)
        if name in points:
            _add_check(cells, exercise.id, found, texts.get(name, ""), remarks)
    for name, cell in found.items():
        graded = name in points
        cell.metadata["nbgrader"] = _MARKS | {"grade_id": name, "grade": graded, "solution": not graded}
        cell.metadata["nbgrader"] |= {"locked": graded, "cell_type": "code"}
        cell.metadata["nbgrader"] |= {"points": points[name]} if graded else {}
        if graded:
            cell.source = texts.get(name, cell.source)
    return remarks


def _begin(cells: list[Any], lesson: catalog.Lesson, remarks: list[str]) -> None:
    """The first cell makes the notebook a page of the lesson: without it no app and no database is there."""
    wanted = f'lesson("{lesson.id}", exercises=True)'
    for cell in cells:
        if cell.cell_type == "code" and wanted in cell.source.replace("'", '"'):
            return
    first = next(
        notebook_file.source(each)
        for each in notebook_file.read_cells(lesson.exercise_notebook)
        if each["cell_type"] == "code"
    )
    cells.insert(0, nbformat.v4.new_code_cell(first))
    remarks.append(
        "The notebook's first cell, with lesson(…), was gone or changed: the course's own was run."
    )


def _find(
    cells: list[Any], exercise_id: str, found: dict[str, Any], points: dict[str, float], remarks: list[str]
) -> None:
    """The answer and the check of an exercise: by their marks, else by what the cells say."""
    check = notebook_file.check_id(exercise_id)
    marked = [each for each in cells if _mark(each) == check and each.cell_type == "code"]
    called = notebook_file.check_index(cells, exercise_id)
    candidates = marked or ([cells[called]] if called is not None else [])
    if candidates:
        cell = candidates[-1]
        calls = notebook_file.CHECK_CALL.search(cell.source)
        if not calls or calls[1] != exercise_id:
            remarks.append(f"The check of {exercise_id} had been changed: the course's own was used.")
        if check in points:
            found[check] = cell
    place = notebook_file.answer_index(cells, exercise_id)
    if (
        place is not None
        and cells[place].cell_type == "code"
        and id(cells[place]) not in map(id, found.values())
    ):
        found[notebook_file.answer_id(exercise_id)] = cells[place]


def _mark(cell: Any) -> str:
    mark = cell.metadata.get("nbgrader", {})
    return str(mark.get("grade_id", "")) if isinstance(mark, dict) else ""


def _add_check(
    cells: list[Any], exercise_id: str, found: dict[str, Any], text: str, remarks: list[str]
) -> None:
    """Put back a check that is gone: below its answer, else at the end."""
    name = notebook_file.check_id(exercise_id)
    if name in found:
        return
    cell = nbformat.v4.new_code_cell(text or f'check("{exercise_id}")', id=name)
    answer = found.get(notebook_file.answer_id(exercise_id))
    place = next((index + 1 for index, each in enumerate(cells) if each is answer), len(cells))
    cells.insert(place, cell)
    found[name] = cell
    remarks.append(f"The check of {exercise_id} was missing: the course's own was put back.")
