"""`course check`: run the learner's exercises in a fresh kernel, and see what survives a restart."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from course.base.errors import CourseError
from course.checks import verdict, watchdog
from course.content import catalog, kernel, notebook_file
from course.workspace import manifest, progress


@dataclass(frozen=True)
class Row:
    """One exercise: how it stood before, and how it stands after the run in a fresh kernel."""

    exercise_id: str
    title: str
    before: str
    after: str


def recheck(what: str, on_progress: Callable[[int, int, str], None] = lambda *_: None) -> list[Row]:
    """Run the learner's copies of the exercises of "1", "1.4", "1.4a" or "all" from top to bottom.

    Of a week or of all, the lessons in which nothing was written are passed over. The files are not changed.
    `on_progress` is told how many lessons are done, how many there are, and which one comes. Raises
    CourseError when there is nothing of that name.
    """
    lessons, rows = [lesson for lesson in chosen(what) if not _passed_over(what, lesson)], []
    for number, lesson in enumerate(lessons):
        on_progress(number, len(lessons), lesson.id)
        before, found = progress.standings(), _afresh(lesson)
        for exercise in lesson.exercises:
            if exercise.id == what or not catalog.is_exercise_id(what):
                standing = before.get(exercise.id, progress.Standing())
                after = found.get(exercise.id, "not opened yet")
                rows.append(Row(exercise.id, exercise.title, standing.word, after))
    return rows


def passed_over(what: str) -> int:
    """How many lessons `recheck` passes over, since the learner has written nothing in their exercises."""
    return sum(_passed_over(what, lesson) for lesson in chosen(what))


def _passed_over(what: str, lesson: catalog.Lesson) -> bool:
    return (what == "all" or what.isdigit()) and manifest.untouched(
        lesson.exercise_notebook, manifest.exercise_copy(lesson)
    )


_SAID: dict[str, str] = {
    verdict.Outcome.DONE: "done, survives a restart",
    verdict.Outcome.NOT_YET: "not yet",
    verdict.Outcome.RAISED: "raises an error",
    verdict.Outcome.NOT_ATTEMPTED: "not attempted",
}


def chosen(what: str) -> list[catalog.Lesson]:
    """The lessons of a week (1), a lesson (1.4), an exercise (1.4a) or all. Raises CourseError."""
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


def _afresh(lesson: catalog.Lesson) -> dict[str, str]:
    """What is said of each exercise of one lesson, whatever state the learner's notebook is in."""
    path = manifest.exercise_copy(lesson)
    if not path.exists():
        return {}
    try:
        notebook_file.read_cells(path)  # says in plain words what a damaged notebook needs
        return _run(lesson)
    except CourseError as problem:
        said = str(problem)
    except Exception as problem:  # the file or the kernel; the other notebooks are still worth a run
        first = (str(problem).strip().splitlines() or [""])[0]
        said = f"could not be checked: {type(problem).__name__}: {first[:200]}"
    return {exercise.id: said for exercise in lesson.exercises}


@dataclass
class _Sitting:
    """One notebook that is run, again and again without the cells that end their kernel."""

    notebook: Any
    left_out: dict[int, str] = field(default_factory=dict)  # index of the cell: what happened
    at: int = 0  # the cell that is being run

    def fresh(self) -> Any:
        """The notebook as it is run next: no outputs, and the cells that are left out are empty."""
        made = deepcopy(self.notebook)
        for index, cell in enumerate(made.cells):
            if cell.cell_type == "code":
                cell.outputs = []
            if index in self.left_out:
                cell.source = ""
        return made

    def stopped(self, lesson: catalog.Lesson) -> dict[str, str]:
        """What happened, by exercise: a cell belongs to the check that stands next below it."""
        places = {
            each.id: notebook_file.check_index(self.notebook.cells, each.id) for each in lesson.exercises
        }
        found: dict[str, str] = {}
        for index, happened in self.left_out.items():
            below = [each for each, place in places.items() if place is not None and place >= index]
            owner = min(below, key=lambda each: places[each] or 0) if below else lesson.exercises[-1].id
            found.setdefault(owner, happened)
        return found


def _run(lesson: catalog.Lesson) -> dict[str, str]:
    """What is said of each exercise of one lesson, from a copy of the learner's notebook in memory."""
    import nbformat

    notebook = nbformat.read(manifest.exercise_copy(lesson), as_version=4)
    called = {notebook_file.CHECK_CALL.search(cell.source) for cell in notebook.cells}
    asked = {match[1] for match in called if match}
    for exercise in lesson.exercises:
        if exercise.id not in asked:  # the learner deleted the check, not the exercise
            notebook.cells.append(
                nbformat.v4.new_code_cell(f'from course import check\ncheck("{exercise.id}")')
            )
    sitting, ran = _Sitting(notebook), notebook
    logged = len(list(progress.events()))
    with _fresh_kernel_logs():
        for _ in notebook.cells:
            ran, happened = _try(sitting, lesson)
            if not happened:
                break
            sitting.left_out[sitting.at] = happened
        stopped = sitting.stopped(lesson)
        for exercise_id in stopped:
            progress.record("check", exercise_id, outcome=verdict.Outcome.NOT_YET, met=0, of=0)
    new = list(progress.events())[logged:]
    outcomes = {e["id"]: e["outcome"] for e in new if e["event"] == "check" and e.get("fresh")}
    return {
        each.id: stopped.get(each.id) or _SAID.get(outcomes.get(each.id, "")) or _refused(ran, each.id)
        for each in lesson.exercises
    }


def _try(sitting: _Sitting, lesson: catalog.Lesson) -> tuple[Any, str]:
    """Run the notebook in a fresh kernel; it, and what happened when a cell ended the kernel, else ""."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    def begin(cell: Any, cell_index: int) -> None:
        sitting.at = cell_index

    fresh, happened = sitting.fresh(), ""
    folder = manifest.exercise_copy(lesson).parent
    client = kernel.client(fresh, folder, allow_errors=True, on_cell_start=begin)
    try:
        client.execute()
    except CellTimeoutError:  # not interrupted: code that catches everything would go on
        happened = f"a cell of it had not ended after {kernel.CELL_LIMIT_SECONDS} seconds and was stopped"
    except DeadKernelError:
        stopped = watchdog.left_behind(lesson.id)
        happened = stopped[-1].sentence if stopped else "a cell of it ends the kernel"
    return fresh, happened


def _refused(ran: Any, exercise_id: str) -> str:
    """What a check says that came to no outcome: its error, such as a server that does not answer."""
    place = notebook_file.check_index(ran.cells, exercise_id)
    outputs = [] if place is None else ran.cells[place].outputs
    errors = [output for output in outputs if output.output_type == "error"]
    if errors and errors[-1].ename == "NameError":  # nobody imported check
        return "its check did not run: is the first cell still there?"
    return errors[-1].evalue if errors else "its check came to no result"


@contextmanager
def _fresh_kernel_logs() -> Iterator[None]:
    os.environ[progress.FRESH_VARIABLE] = "1"
    try:
        yield
    finally:
        os.environ.pop(progress.FRESH_VARIABLE, None)
