"""Exercise notebooks as learners meet them: unattempted, restarted, in a real kernel."""

import shutil

import nbformat
import pytest

from course import cells, given, paths, progress_log, recheck, workspace
from course.authoring import notebooks
from course.catalog import lesson, lessons


@pytest.mark.parametrize("each", lessons(), ids=lambda each: each.id)
def test_unattempted_they_run_from_top_to_bottom_without_a_traceback(each, work):
    ran = notebooks.run(each.exercise_notebook)
    outcomes = [
        output.data["text/plain"]
        for cell in ran.cells
        if cell.cell_type == "code" and cells.CHECK_CALL.search(cell.source)
        for output in cell.outputs
    ]
    assert len(outcomes) == len(each.exercises)
    assert all("not attempted" in text for text in outcomes)


def test_course_check_says_what_survives_a_restart_and_changes_no_file(work):
    workspace.prepare()
    first, copy = lesson("1.1"), given.exercise_copy(lesson("1.1"))
    notebook = nbformat.read(copy, as_version=4)
    place = cells.answer_index(notebook.cells, "1.1a")
    notebook.cells[place].source = cells.official("1.1a")
    gone = cells.check_index(notebook.cells, "1.1b")  # a learner may delete the check cell
    del notebook.cells[gone]
    nbformat.write(notebook, copy)
    before = copy.read_bytes()
    rows = {row.exercise_id: row.after for row in recheck.recheck("1.1")}
    assert rows["1.1a"] == "done, survives a restart"
    assert rows["1.1b"] == "not attempted"
    assert len(rows) == len(first.exercises)
    assert copy.read_bytes() == before
    assert progress_log.standings()["1.1a"].survives


def test_an_answer_that_only_worked_in_the_old_kernel_does_not_survive(work):
    workspace.prepare()
    copy = given.exercise_copy(lesson("1.1"))
    notebook = nbformat.read(copy, as_version=4)
    place = cells.answer_index(notebook.cells, "1.1a")
    notebook.cells[place].source = "request_for = a_name_from_a_cell_that_was_deleted"
    nbformat.write(notebook, copy)
    progress_log.record("check", "1.1a", outcome=progress_log.DONE)
    rows = {row.exercise_id: row for row in recheck.recheck("1.1a")}
    assert rows["1.1a"].before == "done" and rows["1.1a"].after == "raises an error"
    assert progress_log.standings()["1.1a"].done and not progress_log.standings()["1.1a"].survives


def test_what_is_not_there_yet_is_said_and_runs_nothing(work):
    assert [row.after for row in recheck.recheck("1.1a")] == ["not opened yet"]


def test_a_lesson_opened_straight_from_notebooks_uses_the_learners_folder(work):
    notebooks.run(lesson("1.2").notebook)
    assert (work / "postboard" / "app" / "main.py").exists()
    assert not list(paths.NOTEBOOKS.rglob("postboard"))


def shown(cell):
    """What a reader sees below a cell, without the random name of a widget."""
    return [
        output.get("text") or output.get("data", {}).get("text/plain") for output in cell.get("outputs", [])
    ]


def test_a_lesson_can_be_run_twice(work):
    second = lesson("1.2")
    once, twice = (notebooks.run(second.notebook).cells for _ in range(2))
    assert list(map(shown, once)) == list(map(shown, twice))


def test_a_lesson_out_of_order_works_on_a_copy_and_leaves_the_learners_app_alone(work):
    workspace.start_at("1.3")
    mine = work / "postboard" / "app" / "main.py"
    mine.write_text(mine.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    ran = notebooks.run(lesson("1.5").notebook)
    card = next(cell for cell in ran.cells if cell.cell_type == "code").outputs[-1].data["text/plain"]
    assert "works on a copy" in card and "course start-at 1.5" in card
    assert mine.read_text(encoding="utf-8").endswith("# mine\n")
    shutil.rmtree(work / "postboard")


def test_a_check_that_could_not_run_is_told_from_a_page_that_was_never_opened(work, monkeypatch):
    workspace.prepare()
    monkeypatch.setattr(recheck, "_run", lambda lesson: {})  # as when the set-up cell was deleted
    assert [row.after for row in recheck.recheck("1.1a")] == [
        "its check did not run: is the first cell still there?"
    ]
