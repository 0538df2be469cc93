"""Find an exercise's answer cell in a notebook, and take the author's marks out of it."""

import re
from pathlib import Path
from typing import Any

from course import catalog
from course.errors import CourseError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_STARTER, END_STARTER = "### BEGIN STARTER", "### END STARTER"
_STARTER = re.compile(rf"^{BEGIN_STARTER}$.*?^{END_STARTER}$\n?", re.MULTILINE | re.DOTALL)
CHECK_CALL = re.compile(r"""^\s*check\(\s*["'](\d+\.\d+[a-z])["']""", re.MULTILINE)


def answer_id(exercise_id: str) -> str:
    """nbgrader's `grade_id` of the cell that holds the answer; it may hold no dots."""
    return "answer-" + exercise_id.replace(".", "-")


def check_id(exercise_id: str) -> str:
    """nbgrader's `grade_id` of the cell that holds the check."""
    return "check-" + exercise_id.replace(".", "-")


def answer_index(cells: list[dict[str, Any]], exercise_id: str) -> int | None:
    """Where the answer cell stands: by its grade_id, else the code right above its check; None if gone."""
    for place, cell in enumerate(cells):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == answer_id(exercise_id):
            return place
    for place in range((check_index(cells, exercise_id) or 0) - 1, -1, -1):
        text = catalog.source(cells[place])
        if cells[place]["cell_type"] == "code":
            return None if CHECK_CALL.match(text) else place
        if catalog.HEADING.search(text):
            return None
    return None


def check_index(cells: list[dict[str, Any]], exercise_id: str) -> int | None:
    """Where the cell that calls `check` for this exercise stands; None when it is gone."""
    for place, cell in enumerate(cells):
        found = cell["cell_type"] == "code" and CHECK_CALL.search(catalog.source(cell))
        if found and found[1] == exercise_id:
            return place
    return None


def answer(path: Path, exercise_id: str) -> str:
    """The text of the answer cell in this notebook. Raises CourseError when there is none."""
    cells = catalog.read_cells(path)
    index = answer_index(cells, exercise_id)
    if index is None:
        raise CourseError(
            f"{path.name} has no cell for the answer to {exercise_id} any more. "
            f"`course reset {exercise_id}` puts it back and keeps what you wrote."
        )
    return catalog.source(cells[index])


def starter(exercise_id: str) -> str:
    """What the answer cell holds before the learner writes in it."""
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    return answer(lesson.exercise_notebook, exercise_id)


def official(exercise_id: str) -> str:
    """The course's own answer, without the marks that an author needs."""
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    return without_marks(answer(lesson.solution_notebook, exercise_id))


def without_marks(text: str) -> str:
    """An author's answer cell as a learner reads it: no markers, and no starter beside the answer."""
    lines = _STARTER.sub("", text).splitlines()
    return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))
