"""Runs a handed-in notebook to its end: once more without a cell that ends it, so that the rest counts."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from course.base import paths
from course.base.text import shortened
from course.checks import watchdog
from course.classroom.grading.cells import Cell, Ran, too_slow
from course.classroom.grading.keeper import Sitting, sit
from course.content import catalog

_MOST_SITTINGS = 8
_GIVEN_UP = "Too many cells of this notebook end its process: from here on it was not run."


def run(
    cells: list[Cell], lesson_id: str, place: Path, sit: Callable[[list[Cell], Path], Sitting] = sit
) -> list[Ran]:
    """What each cell gave. Every sitting has a fresh folder in `place`, where nothing is left behind."""
    left_out: dict[int, str] = {}
    ran: dict[int, Ran] = {}
    for _ in range(_MOST_SITTINGS):
        tried = [Cell("pass") if index in left_out else cell for index, cell in enumerate(cells)]
        sitting, happened = _one(tried, lesson_id, place, sit)
        ran = sitting.ran
        if sitting.stopped is None:
            break
        left_out[sitting.stopped] = happened
    else:
        left_out |= {
            index: _GIVEN_UP for index in range(len(cells)) if index not in ran and index not in left_out
        }
    found = [
        _outcome(cell, ran.get(index, Ran()), left_out.get(index, "")) for index, cell in enumerate(cells)
    ]
    _explain(cells, found, left_out)
    return found


def _one(
    cells: list[Cell], lesson_id: str, place: Path, sit: Callable[[list[Cell], Path], Sitting]
) -> tuple[Sitting, str]:
    folder = Path(tempfile.mkdtemp(prefix="sitting-", dir=place))
    try:
        os.environ[paths.WORK_VARIABLE] = str(folder / "work")
        sitting = sit(cells, folder)
        stopped = watchdog.left_behind(lesson_id) if sitting.stopped is not None else []
        return sitting, stopped[-1].sentence if stopped else sitting.why
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _outcome(cell: Cell, ran: Ran, happened: str) -> Ran:
    if cell.check:
        return Ran(
            [], ran.done and not happened, f"{_heading(cell.check)}\n{happened}" if happened else ran.verdict
        )
    if happened:
        error = {"output_type": "error", "ename": "Stopped", "evalue": happened, "traceback": [happened]}
        return Ran([*ran.outputs, error])
    return ran


def _heading(exercise_id: str) -> str:
    return f"{exercise_id} · {catalog.exercise(exercise_id).title}: not yet"


def _explain(cells: list[Cell], found: list[Ran], left_out: dict[int, str]) -> None:
    """A check that is not met says what happened to a cell above it that belongs to it."""
    happened = ""
    for index, (cell, ran) in enumerate(zip(cells, found, strict=True)):
        if not cell.check:
            slow = any(each.get("ename") == "TookTooLong" for each in ran.outputs)
            happened = left_out.get(index) or (too_slow() if slow else "") or happened
            continue
        if happened and not ran.done and happened not in ran.verdict:
            ran.verdict = f"{_heading(cell.check)}\n{shortened(happened)}"
        happened = ""
