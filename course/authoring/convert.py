"""Make exercises/ from solutions/ with nbgrader's own converter, and mark the cells that it needs marked."""

import re
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearOutput, ClearSolutions, NbGraderPreprocessor
from traitlets.config import Config

from course.authoring import execute
from course.base.errors import CourseError
from course.content import catalog, notebook_file

STUB = "...  # your code here"
SETTINGS = Config({"ClearSolutions": {"code_stub": {"python": STUB}}})
_WRONG_CODE = re.compile(
    rf"^{notebook_file.BEGIN_STARTER}\n(.*?)^{notebook_file.END_STARTER}\n?", re.DOTALL | re.MULTILINE
)


class ShowStarters(NbGraderPreprocessor):
    """For "this code is wrong, fix it": the wrong code, a comment in the solution, becomes the starter.

    nbgrader's own markers can only replace an answer by one stub; this runs after its ClearSolutions and
    puts the wrong code in the stub's place.
    """

    def preprocess_cell(
        self, cell: nbformat.NotebookNode, resources: dict, _index: int
    ) -> tuple[nbformat.NotebookNode, dict]:
        """Uncomment the starter and take the stub away, where a cell has a starter."""
        found = _WRONG_CODE.search(cell.source)
        if cell.cell_type == "code" and found:
            wrong = re.sub(r"^# ?", "", found[1], flags=re.MULTILINE)
            rest = cell.source[found.end() :].replace(STUB, "").strip("\n")
            cell.source = (cell.source[: found.start()] + wrong + rest).rstrip("\n")
        return cell, resources


def configure(config: Config) -> None:
    """Make `nbgrader generate_assignment` release what this course releases (nbgrader_config.py calls it)."""
    from nbgrader.converters import GenerateAssignment

    config.ClearSolutions.code_stub = {"python": STUB}
    steps = list(GenerateAssignment.preprocessors.default_args[0])  # nbgrader's own, in its order
    steps.insert(steps.index(ClearSolutions) + 1, ShowStarters)
    config.GenerateAssignment.preprocessors = steps


def stamp(notebook: nbformat.NotebookNode) -> None:
    """Give the answer and check cells of a solutions notebook the metadata that nbgrader reads."""
    answer = None
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        called = notebook_file.CHECK_CALL.search(cell.source)
        if called is None:
            answer = cell
        elif answer is None or notebook_file.BEGIN not in answer.source:
            raise CourseError(f'check("{called[1]}") has no cell with {notebook_file.BEGIN} right above it.')
        else:
            answer.metadata["nbgrader"] = _marks(notebook_file.answer_id(called[1]), graded=False)
            cell.metadata["nbgrader"] = _marks(notebook_file.check_id(called[1]), graded=True)


def _marks(grade_id: str, *, graded: bool) -> dict[str, object]:
    marks = {"grade_id": grade_id, "grade": graded, "solution": not graded, "locked": graded}
    return marks | {"schema_version": 3, "task": False} | ({"points": 1} if graded else {})


def released(path: Path) -> nbformat.NotebookNode:
    """The exercises that a solutions notebook makes: answers replaced by starters, outputs gone."""
    notebook = nbformat.read(path, as_version=4)
    stamp(notebook)
    for step in (ClearSolutions, ShowStarters, ClearOutput):
        notebook, _ = step(config=SETTINGS).preprocess(notebook, {})
    return notebook


def stamp_file(path: Path) -> None:
    """`stamp` a solutions notebook in place."""
    notebook = nbformat.read(path, as_version=4)
    stamp(notebook)
    execute.write(path, notebook)


def make(lesson: catalog.Lesson) -> Path:
    """Write the exercises of a lesson; returns the file written."""
    execute.write(lesson.exercise_notebook, released(lesson.solution_notebook))
    return lesson.exercise_notebook


def text_of(notebook: nbformat.NotebookNode, like: Path) -> str:
    """A notebook as `notebooks.write` would write it, without touching any file of the course."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / like.name
        execute.write(path, notebook)
        return path.read_text(encoding="utf-8")
