"""What the page in the browser tells the kernel, and the reverse: see cli/jupyter/labextensions/course-page.

A kernel knows the cells that were run, not what stands in the others. In JupyterLab as `course lab` opens it,
a cell that calls check or reset takes along what stands in the answer cells at that moment, in the metadata
of its request. Elsewhere nothing comes along, and all works as well as the history of run cells allows.
"""

from typing import Any

from course.base.shell import request
from course.content import notebook_file
from course.page import history


def answer(exercise_id: str) -> str | None:
    """What stands in the answer cell of an exercise now; None when nobody told."""
    text = _answers().get(notebook_file.answer_id(exercise_id))
    return text if isinstance(text, str) else None


def starter_command(exercise_id: str, starter: str) -> dict[str, Any]:
    """Metadata of a result that lets the page put a starter into the answer cell."""
    return {"course_reset": {"grade_id": notebook_file.answer_id(exercise_id), "source": starter}}


def _answers() -> dict[str, Any]:
    metadata = request(history.shell()).get("metadata") or {}
    found = metadata.get("course_answers")
    return found if isinstance(found, dict) else {}
