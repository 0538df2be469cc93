"""Run a notebook from top to bottom in a fresh kernel and store what it printed."""

from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError

from course.base import files
from course.base.errors import CourseError
from course.base.media_types import WIDGET_VIEW
from course.content import kernel


def run(path: Path, *, allow_errors: bool = False) -> nbformat.NotebookNode:
    """Execute a notebook as a reader would and return it with its outputs; the file is not changed.

    Raises CourseError that names the cell when one raises and `allow_errors` is False.
    """
    notebook = nbformat.read(path, as_version=4)
    client = kernel.client(
        notebook,
        path.parent,
        allow_errors=allow_errors,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
    )
    try:
        client.execute()
    except CellExecutionError as problem:
        number = next(i for i, cell in enumerate(notebook.cells) if _raised(cell))
        raise CourseError(f"{path.name}, cell {number}: {problem.ename}: {problem.evalue}") from None
    return notebook


def store(path: Path) -> None:
    """Run a notebook in an empty learner's folder and write its outputs into the file."""
    with kernel.empty_work():
        write(path, run(path))


def write(path: Path, notebook: nbformat.NotebookNode) -> None:
    """Write a notebook the same way every time: steady cell ids, no metadata of one machine."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):  # a stored widget has no model: its HTML twin is shown
            output.get("data", {}).pop(WIDGET_VIEW, None)
        cell.id = _steady_id(cell, number)
    about = notebook.metadata.get("course", {})
    notebook.metadata = nbformat.from_dict(
        {"course": about, "kernelspec": kernel.KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = nbformat.writes(notebook)
    files.write_text(path, text.rstrip("\n") + "\n")  # whole or not at all


def _steady_id(cell: nbformat.NotebookNode, number: int) -> str:
    """The grade_id where there is one, else the cell's number: new random ids would change every diff."""
    return cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell-{number:03d}"


def _raised(cell: nbformat.NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))
