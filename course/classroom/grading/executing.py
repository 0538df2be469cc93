"""What takes the place of nbgrader's `Execute` while it grades: cells run in a forked, warm process.

All else of nbgrader's autograding stays as it is: gradebook, late penalties, overwriting of locked cells.
"""

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Float, Unicode

from course.classroom.grading import restored
from course.classroom.grading.cells import CELL_SECONDS, Cell, Ran
from course.content import kernel, notebook_file

REMARKS_CELL = "grading-remarks"
WARM = sys.platform == "linux"
WHY_NOT = (
    "Notebooks are run by nbgrader's own executor here, a kernel for each, which takes some seconds longer: "
    "the course's quicker one needs Linux, and what a notebook may write is not held to its own folder."
)


class WarmExecute(NbGraderPreprocessor):
    """Runs a notebook's cells by `sittings.run` and stores what they gave."""

    place = Unicode(help="The folder in which each run gets its own.").tag(config=True)
    cell_seconds = Float(CELL_SECONDS, help="How long a cell may take on a quiet machine.").tag(config=True)

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Run all code cells. A cell that ends the process costs its own exercise, not the rest."""
        from course.classroom.grading import sittings

        lesson = restored.lesson_id(resources["nbgrader"]["assignment"])
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        cells = [Cell(cell.source, _check(cell), self.cell_seconds) for cell in code]
        found = sittings.run(cells, lesson, Path(self.place))
        for number, (cell, ran) in enumerate(zip(code, found, strict=True), start=1):
            cell.execution_count = number
            cell.outputs = nbformat.from_dict(_of_check(ran) if _check(cell) else ran.outputs)
        _remark(nb)
        return nb, resources


class PlainExecute(Execute):
    """nbgrader's own executor, for systems without fork; each notebook has an empty folder to work in."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Run the notebook in a kernel. Raises nbgrader's errors when the kernel cannot be had."""
        with kernel.empty_work() as folder:
            resources = {**resources, "metadata": {"path": str(folder)}}
            nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    value = output.evalue
                    output.traceback = value.splitlines() if _check(cell) else [f"{output.ename}: {value}"]
        _remark(nb)
        return nb, resources


def _check(cell: Any) -> str:
    """The exercise that a cell checks, by nbgrader's mark; "" for any other cell."""
    mark = cell.metadata.get("nbgrader", {})
    called = notebook_file.CHECK_CALL.search(cell.source)
    return str(called[1]) if mark.get("grade") and called else ""


def _of_check(ran: Ran) -> list[dict[str, Any]]:
    """A verdict as outputs that nbgrader can grade: an error costs the points."""
    if ran.done:
        return [{"output_type": "display_data", "data": {"text/plain": ran.verdict}, "metadata": {}}]
    lines = ran.verdict.splitlines()
    return [{"output_type": "error", "ename": "CheckFailed", "evalue": ran.verdict, "traceback": lines}]


def _remark(notebook: Any) -> None:
    """What was noticed about a submission, as the first cell: learner and instructor both read it there."""
    remarks = notebook.metadata.get("course", {}).get(restored.REMARKS, [])
    if remarks:
        text = "\n".join(f"- {each}" for each in remarks)
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(text, id=REMARKS_CELL))


def remarks_in(notebook: Any) -> list[str]:
    """The remarks that a graded notebook begins with."""
    first = notebook.cells[0] if notebook.cells else {}
    if first.get("id") != REMARKS_CELL:
        return []
    return [line.removeprefix("- ") for line in first["source"].splitlines()]
