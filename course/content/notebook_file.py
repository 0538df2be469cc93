"""A notebook file of the course: its cells, and where an exercise's answer and check stand.

nbformat was considered for reading: plain JSON is enough and quicker.
"""

import json
import re
from pathlib import Path
from typing import Any

from course.base.errors import CourseError

HEADING = re.compile(r"^## (\d+\.\d+[a-z]) · (.+)$", re.MULTILINE)
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def source(cell: dict[str, Any]) -> str:
    """The text of a notebook cell, which JSON may hold as one string or as a list of lines."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def read_cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook file, as plain dictionaries. Raises CourseError when it is no notebook."""
    try:
        return _read(path)["cells"]
    except (OSError, ValueError, KeyError) as problem:
        raise CourseError(
            f"{path.name} cannot be read as a notebook ({type(problem).__name__}). "
            "It may be damaged or half saved: restore it with `course update`, which keeps yours beside it."
        ) from problem


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


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
        text = source(cells[place])
        if cells[place]["cell_type"] == "code":
            return None if CHECK_CALL.match(text) else place
        if HEADING.search(text):
            return None
    return None


def check_index(cells: list[dict[str, Any]], exercise_id: str) -> int | None:
    """Where the cell that calls `check` for this exercise stands; None when it is gone."""
    for place, cell in enumerate(cells):
        found = cell["cell_type"] == "code" and CHECK_CALL.search(source(cell))
        if found and found[1] == exercise_id:
            return place
    return None


def answer(path: Path, exercise_id: str) -> str:
    """The text of the answer cell in this notebook. Raises CourseError when there is none."""
    cells = read_cells(path)
    index = answer_index(cells, exercise_id)
    if index is None:
        raise CourseError(
            f"{path.name} has no cell for the answer to {exercise_id} any more. "
            f"`course reset {exercise_id}` puts it back and keeps what you wrote."
        )
    return source(cells[index])


def without_marks(text: str) -> str:
    """An author's answer cell as a learner reads it: no markers, and no starter beside the answer."""
    lines = _STARTER.sub("", text).splitlines()
    return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))
