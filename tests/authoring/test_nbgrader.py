"""nbgrader works on solutions/ as they are: one notebook is released, handed in twice, and graded."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from course.base import paths
from course.content import catalog, notebook_file
from course.content.catalog import lesson

EACH = lesson("1.1")
FILE = EACH.solution_notebook.name


def nbgrader(folder, *command):
    """Run an nbgrader command in the grading folder, with everything of Jupyter's kept inside it."""
    inside = {
        name: str(folder / ".jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    programs = os.path.dirname(sys.executable)  # nbgrader calls `alembic`
    inside["PATH"] = programs + os.pathsep + os.environ["PATH"]
    env = os.environ | inside | {paths.WORK_VARIABLE: str(folder / "work")}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The points of ada, who answered 1.1a rightly and 1.1c wrongly, by the id of the check cell."""
    folder = tmp_path_factory.mktemp("grading")
    shutil.copy(paths.ROOT / "nbgrader_config.py", folder)
    source = folder / "source" / "lesson"
    source.mkdir(parents=True)
    shutil.copy(EACH.solution_notebook, source)
    nbgrader(folder, "generate_assignment", "lesson")
    released = nbformat.read(folder / "release" / "lesson" / FILE, as_version=4)
    handed_in = folder / "submitted" / "ada" / "lesson"
    handed_in.mkdir(parents=True)
    for exercise, text in {"1.1a": catalog.official("1.1a"), "1.1c": "status_of = {}"}.items():
        released.cells[notebook_file.answer_index(released.cells, exercise)].source = text
    nbformat.write(released, handed_in / FILE)
    nbgrader(folder, "autograde", "lesson")
    return folder


def test_the_release_is_what_the_learner_gets(graded):
    released = nbformat.read(graded / "release" / "lesson" / FILE, as_version=4)
    ours = nbformat.read(EACH.exercise_notebook, as_version=4)
    assert [cell.source for cell in released.cells] == [cell.source for cell in ours.cells]


def test_right_answers_earn_their_point_and_others_none(graded):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as book:
        submission = book.find_submission_notebook(FILE.removesuffix(".ipynb"), "lesson", "ada")
        points = {grade.name: grade.score for grade in submission.grades}
    assert points == {notebook_file.check_id(each.id): float(each.id == "1.1a") for each in EACH.exercises}
