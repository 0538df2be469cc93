"""The answer cell of one exercise: what the learner wrote there, and how to put the starter back."""

import re
import warnings
from pathlib import Path
from typing import Any

from course.base import files
from course.base.errors import CourseError
from course.content import catalog, notebook_file
from course.content import notebook_file as cell_finder
from course.workspace import manifest


def reset_exercise(exercise_id: str, notebook: Path | None = None) -> str:
    """Put the starter back into an answer cell; the learner's text moves to a cell right below.

    Returns that text, empty when the cell held the starter or was gone. Raises CourseError when the
    exercise or its notebook does not exist, is damaged, or cannot be written.
    """
    import nbformat

    original = _published(exercise_id)
    notebook = (notebook or _copy(exercise_id)).resolve()  # a link stays the link it is
    notebook_file.read_cells(notebook)  # says in plain words what a damaged notebook needs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cells without ids, which get some when the notebook is written
        book = nbformat.read(notebook, as_version=4)
    place = cell_finder.answer_index(book.cells, exercise_id)
    text = notebook_file.source(original)
    earlier = book.cells[place].source if place is not None else ""
    if place is not None and earlier.rstrip() == text.rstrip():
        return ""
    if place is None:
        metadata = dict(original["metadata"])
        fresh = nbformat.v4.new_code_cell(text, metadata=metadata)
        book.cells.insert(_check_place(book.cells, exercise_id, notebook), fresh)
    else:
        book.cells[place].update(source=text, outputs=[], execution_count=None)
        book.cells[place].metadata.update(original["metadata"])
    if earlier.strip() and place is not None:
        note = nbformat.v4.new_markdown_cell(_fenced(exercise_id, earlier))
        book.cells.insert(place + 1, note)
    _write(book, notebook)
    return str(earlier)


def _published(exercise_id: str) -> dict[str, Any]:
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    cells = notebook_file.read_cells(lesson.exercise_notebook)
    place = cell_finder.answer_index(cells, exercise_id)
    if place is None:
        raise CourseError(
            f"The course itself has no answer cell for {exercise_id} "
            f"in {lesson.exercise_notebook.name}: that is a mistake of the course, please report it."
        )
    return cells[place]


def _copy(exercise_id: str) -> Path:
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    copy = manifest.exercise_copy(lesson)
    if not copy.exists():
        raise CourseError(
            f"Your folder has no {copy.name} yet, so there is nothing to reset or to read. "
            "`course update` puts it there."
        )
    return copy


def _check_place(cells: list[Any], exercise_id: str, notebook: Path) -> int:
    place = cell_finder.check_index(cells, exercise_id)
    if place is None:
        raise CourseError(
            f"{notebook.name} has neither the answer cell nor the check of {exercise_id} any more, so "
            "nothing was changed. Give the file another name, and `course update` brings a new one."
        )
    return place


def _fenced(exercise_id: str, code: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"**Your earlier answer to {exercise_id}**\n\n{fence}python\n{code.rstrip()}\n{fence}"


def _write(book: Any, notebook: Path) -> None:
    import nbformat
    from nbformat.validator import normalize

    try:
        _, book = normalize(book)  # another program may have taken the ids of cells away, or given one twice
        nbformat.validate(book)
    except nbformat.ValidationError as problem:
        raise CourseError(
            f"{notebook.name} is not a sound notebook, so nothing was changed: {problem.message}. "
            "Give the file another name, and `course update` brings a new one; then copy your answers over."
        ) from problem
    with files.plainly(f"Writing {notebook.name}"):
        files.write_text(notebook, nbformat.writes(book) + "\n")
