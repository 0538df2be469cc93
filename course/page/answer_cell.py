"""reset("1.4a"): the starter comes back into its cell, and what the learner wrote there is kept."""

from typing import Any

from course.base import files, paths
from course.checks import attempt
from course.content import catalog
from course.page import exercise, front, history
from course.page.note import Note
from course.workspace import progress

# Exercises whose starter came in a new cell, with the number of cells that had been run by then.
_given: dict[str, int] = {}


class _Replacing(Note):
    """A note whose metadata lets the page put the starter into the answer cell: see front.py."""

    def __init__(self, text: str, command: dict[str, Any]) -> None:
        super().__init__(text)
        self.command = command

    def _repr_mimebundle_(self, **_: object) -> Any:
        return super()._repr_mimebundle_(), self.command


def reset(exercise_id: str) -> Note:
    """Bring back the starter of an exercise, and keep the learner's text.

    Raises CourseError for an unknown id, and when the text cannot be kept.
    """
    exercise_id = exercise.known("reset", exercise_id)
    starter, now = catalog.starter(exercise_id), front.answer(exercise_id)
    kept = _keep(exercise_id, starter, now)
    where = f" Your own text is kept in {kept}." if kept else ""
    unsaved = progress.record("reset", exercise_id)
    if now is not None:
        said = f"The starter of {exercise_id} is in its cell again.{where} {unsaved}".rstrip()
        return _Replacing(said, front.starter_command(exercise_id, starter))
    return Note(f"{_in_a_new_cell(exercise_id, starter)}{where} {unsaved}".rstrip())


def _in_a_new_cell(exercise_id: str, starter: str) -> str:
    ran = history.seen().cells
    waiting = exercise_id in _given and not any(
        attempt.same_names(text, starter) for text in ran[_given[exercise_id] :]
    )
    if waiting:
        return f"The starter of {exercise_id} is in the cell that came below your last reset."
    ipython = history.shell()
    if ipython is not None:
        ipython.set_next_input(starter)
    _given[exercise_id] = len(ran)
    return (
        f"The starter of {exercise_id} is in the new cell below. Move it where you want it: your own text "
        "stays in its cell."
    )


def _keep(exercise_id: str, starter: str, now: str | None) -> str:
    """Keep the learner's text in work/kept/; its path as messages show it, "" when there was none."""
    ran = [text for text in history.seen().cells if attempt.same_names(text, starter)]
    texts = ran if now is None else [now]
    mine = [text for text in texts if text.strip() and text.strip() != starter.strip()]
    if not mine:
        return ""
    with files.plainly("Keeping your text"):
        path = files.keep(paths.kept() / f"{exercise_id}.py", mine[-1] + "\n")
    return files.shown(path)
