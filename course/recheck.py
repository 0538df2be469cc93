"""`course check`: run the learner's exercises in a fresh kernel, and see what survives a restart."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from course import catalog, cells, given, progress_log
from course.errors import CourseError

CELL_LIMIT_SECONDS = 60
# ipykernel 7 warns at each start that it speaks unencrypted TCP; it does so on 127.0.0.1 only.
QUIET_KERNEL = ["--IPKernelApp.log_level=40"]


@dataclass(frozen=True)
class Row:
    """One exercise: how it stood before, and how it stands after the run in a fresh kernel."""

    exercise_id: str
    title: str
    before: str
    after: str


def recheck(what: str, on_progress: Callable[[int, int, str], None] = lambda *_: None) -> list[Row]:
    """Run the learner's copies of the exercises of "1", "1.4", "1.4a" or "all" from top to bottom.

    The files are not changed. `on_progress` is told how many lessons are done, how many there are, and
    which one comes. Raises CourseError when there is nothing of that name.
    """
    chosen, rows = _chosen(what), []
    for number, lesson in enumerate(chosen):
        on_progress(number, len(chosen), lesson.id)
        before, outcomes = progress_log.standings(), _run(lesson)
        unseen = (
            "its check did not run: is the first cell still there?"
            if given.exercise_copy(lesson).exists()
            else "not opened yet"
        )
        for exercise in lesson.exercises:
            if exercise.id == what or not catalog.is_exercise_id(what):
                standing = before.get(exercise.id, progress_log.Standing())
                after = _SAID.get(outcomes.get(exercise.id, ""), unseen)
                rows.append(Row(exercise.id, exercise.title, standing.word, after))
    return rows


_SAID = {
    progress_log.DONE: "done, survives a restart",
    progress_log.NOT_YET: "not yet",
    progress_log.RAISED: "raises an error",
    progress_log.NOT_ATTEMPTED: "not attempted",
}


def _chosen(what: str) -> list[catalog.Lesson]:
    everything = catalog.lessons()
    if what == "all":
        found = list(everything)
    elif what.isdigit():
        found = [lesson for lesson in everything if lesson.week == int(what)]
    else:
        exercise = catalog.is_exercise_id(what)
        found = [catalog.lesson(catalog.exercise(what).lesson if exercise else what)]
    if not found:
        raise CourseError(f'There is nothing called "{what}". Try a week (1), a lesson (1.4) or all.')
    return found


def _run(lesson: catalog.Lesson) -> dict[str, str]:
    """The outcome of each exercise of one lesson, from a copy of the learner's notebook in memory."""
    import nbformat
    from nbclient import NotebookClient

    path = given.exercise_copy(lesson)
    if not path.exists():
        return {}
    notebook = nbformat.read(path, as_version=4)
    called = {cells.CHECK_CALL.search(cell.source) for cell in notebook.cells}
    asked = {match[1] for match in called if match}
    for exercise in lesson.exercises:
        if exercise.id not in asked:  # the learner deleted the check, not the exercise
            notebook.cells.append(
                nbformat.v4.new_code_cell(f'from course import check\ncheck("{exercise.id}")')
            )
    logged = len(list(progress_log.events()))
    with _fresh_kernel_logs():
        NotebookClient(
            notebook,
            timeout=CELL_LIMIT_SECONDS,
            interrupt_on_timeout=True,
            allow_errors=True,
            extra_arguments=QUIET_KERNEL,
            resources={"metadata": {"path": str(path.parent)}},
        ).execute()
    new = list(progress_log.events())[logged:]
    return {
        entry["id"]: entry["outcome"] for entry in new if entry["event"] == "check" and entry.get("fresh")
    }


@contextmanager
def _fresh_kernel_logs() -> Iterator[None]:
    os.environ[progress_log.FRESH_VARIABLE] = "1"
    try:
        yield
    finally:
        os.environ.pop(progress_log.FRESH_VARIABLE, None)
