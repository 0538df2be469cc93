"""Exercise notebooks as learners meet them: unattempted, restarted, in a real kernel."""

import shutil
from contextlib import closing

import nbformat
import psycopg2
import pytest
from learner import learner

from course.authoring import execute
from course.base import paths
from course.checks import verdict
from course.content import catalog, kernel, notebook_file
from course.content.catalog import lesson, lessons
from course.page import lesson as page
from course.page.exercise import check
from course.workspace import copies, manifest, progress, recheck, start_at

__all__ = ["learner"]


def last_of_each_week():
    return list({each.week: each for each in lessons()}.values())


@pytest.mark.parametrize("each", lessons(), ids=lambda each: each.id)
def test_unattempted_they_run_from_top_to_bottom_without_an_error(each, work, learner, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")  # the page sets it; what it was before comes back
    checked = []
    for cell in nbformat.read(each.exercise_notebook, as_version=4).cells:
        if cell.cell_type == "code":
            assert learner.run(cell.source) is None, cell.source
            checked += [found[1] for found in [notebook_file.CHECK_CALL.search(cell.source)] if found]
    assert checked == [exercise.id for exercise in each.exercises]
    assert {check(exercise_id).outcome for exercise_id in checked} == {verdict.Outcome.NOT_ATTEMPTED}


@pytest.mark.parametrize("each", last_of_each_week(), ids=lambda each: each.id)
def test_they_do_so_in_a_real_kernel_too(each, work):
    ran = execute.run(each.exercise_notebook)
    outcomes = [
        output.data["text/plain"]
        for cell in ran.cells
        if cell.cell_type == "code" and notebook_file.CHECK_CALL.search(cell.source)
        for output in cell.outputs
    ]
    assert len(outcomes) == len(each.exercises)
    assert all("not attempted" in text for text in outcomes)


def test_course_check_says_what_survives_a_restart_and_changes_no_file(work):
    copies.prepare()
    first, copy = lesson("1.1"), manifest.exercise_copy(lesson("1.1"))
    notebook = nbformat.read(copy, as_version=4)
    place = notebook_file.answer_index(notebook.cells, "1.1a")
    notebook.cells[place].source = catalog.official("1.1a")
    gone = notebook_file.check_index(notebook.cells, "1.1b")  # a learner may delete the check cell
    del notebook.cells[gone]
    nbformat.write(notebook, copy)
    before = copy.read_bytes()
    rows = {row.exercise_id: row.after for row in recheck.recheck("1.1")}
    assert rows["1.1a"] == "done, survives a restart"
    assert rows["1.1b"] == "not attempted"
    assert len(rows) == len(first.exercises)
    assert copy.read_bytes() == before
    assert progress.standings()["1.1a"].survives


def test_an_answer_that_only_worked_in_the_old_kernel_does_not_survive(work):
    copies.prepare()
    copy = manifest.exercise_copy(lesson("1.1"))
    notebook = nbformat.read(copy, as_version=4)
    place = notebook_file.answer_index(notebook.cells, "1.1a")
    notebook.cells[place].source = "request_for = a_name_from_a_cell_that_was_deleted"
    nbformat.write(notebook, copy)
    progress.record("check", "1.1a", outcome=verdict.Outcome.DONE)
    rows = {row.exercise_id: row for row in recheck.recheck("1.1a")}
    assert rows["1.1a"].before == "done" and rows["1.1a"].after == "raises an error"
    assert progress.standings()["1.1a"].done and not progress.standings()["1.1a"].survives


def test_what_is_not_there_yet_is_said_and_runs_nothing(work):
    assert [row.after for row in recheck.recheck("1.1a")] == ["not opened yet"]


def test_a_lesson_opened_straight_from_notebooks_uses_the_learners_folder(work):
    execute.run(lesson("1.2").notebook)
    assert (work / "postboard" / "app" / "main.py").exists()
    assert not list(paths.NOTEBOOKS.rglob("postboard"))


def shown(cell):
    """What a reader sees below a cell, without the random name of a widget."""
    return [
        output.get("text") or output.get("data", {}).get("text/plain") for output in cell.get("outputs", [])
    ]


def test_a_lesson_can_be_run_twice(work):
    second = lesson("1.2")
    once, twice = (execute.run(second.notebook).cells for _ in range(2))
    assert list(map(shown, once)) == list(map(shown, twice))


def test_a_lesson_out_of_order_works_on_a_copy_and_leaves_the_learners_app_alone(work):
    start_at.start_at("1.3")
    mine = work / "postboard" / "app" / "main.py"
    mine.write_text(mine.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    ran = execute.run(lesson("1.5").notebook)
    card = next(cell for cell in ran.cells if cell.cell_type == "code").outputs[-1].data["text/plain"]
    assert "works on a copy" in card and "course start-at 1.5" in card
    assert mine.read_text(encoding="utf-8").endswith("# mine\n")
    shutil.rmtree(work / "postboard")


def answered(**answers):
    """The learner's copy of 1.1, or of the lesson in `of`, with these answers; its exercises' rows afterwards."""
    of = answers.pop("of", "1.1")
    copies.prepare()
    copy = manifest.exercise_copy(lesson(of))
    notebook = nbformat.read(copy, as_version=4)
    for letter, text in answers.items():
        notebook.cells[notebook_file.answer_index(notebook.cells, of + letter)].source = text
    nbformat.write(notebook, copy)
    return {row.exercise_id: row.after for row in recheck.recheck(of)}


CATCHES_ALL = (
    "while True:\n    try:\n        import time; time.sleep(0.1)\n    except BaseException:\n        pass"
)


def test_a_cell_that_ends_its_kernel_or_never_ends_costs_the_others_nothing(work, monkeypatch):
    monkeypatch.setattr(kernel, "CELL_LIMIT_SECONDS", 12)
    rows = answered(
        a="import os\nrequest_for = os._exit(1)",
        b=f"read_response = None\n{CATCHES_ALL}",
        c="import ctypes\nclass Crash:\n    def get(self, _): ctypes.string_at(0)\nstatus_of = Crash()",
        e=catalog.official("1.1e"),
    )
    assert rows["1.1a"] == "a cell of it ends the kernel"
    assert "not ended after 12 seconds" in rows["1.1b"]
    assert rows["1.1c"].startswith("The kernel ended while 1.1c was being checked")
    assert rows["1.1d"] == "not attempted"
    assert rows["1.1e"] == "done, survives a restart"
    assert not progress.standings()["1.1a"].survives


def test_a_damaged_notebook_is_a_row_and_the_others_are_checked(work):
    copies.prepare()
    damaged, sound = (manifest.exercise_copy(lesson(each)) for each in ("1.1", "1.2"))
    damaged.write_text(damaged.read_text(encoding="utf-8")[:1000], encoding="utf-8")
    sound.write_text(
        sound.read_text(encoding="utf-8").replace("# your code here", "# mine", 1), encoding="utf-8"
    )
    rows = {row.exercise_id: row.after for row in recheck.recheck("1")}
    assert damaged.name in rows["1.1a"] and "Traceback" not in rows["1.1a"]
    assert rows["1.2a"] == "not attempted" and "1.3a" not in rows  # nobody wrote there


def test_a_notebook_whose_kernel_is_not_there_is_a_row(work):
    copies.prepare()
    copy = manifest.exercise_copy(lesson("1.1"))
    notebook = nbformat.read(copy, as_version=4)
    notebook.metadata["kernelspec"] = {
        "name": "of-another-machine",
        "display_name": "?",
        "language": "python",
    }
    nbformat.write(notebook, copy)
    rows = {row.exercise_id: row.after for row in recheck.recheck("1.1")}
    assert "could not be checked" in rows["1.1a"] and "of-another-machine" in rows["1.1a"]


def test_a_check_that_the_machine_prevents_is_a_row(work, monkeypatch):
    monkeypatch.setenv(paths.POSTGRES_VARIABLE, str(work / "no server"))
    monkeypatch.setenv("COURSE_PG_BIN", "/nowhere")
    rows = answered(of="2.2", a=catalog.official("2.2a"))
    assert rows["2.2a"].startswith("2.2a could not be checked, and that is not because of your answer.")
    assert rows["2.2b"] == "not attempted"


def test_a_fresh_run_leaves_the_database_of_the_open_page_alone(work):
    opened = page.lesson("2.2", exercises=True)
    with closing(psycopg2.connect(opened.database_url)) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")
        link.commit()
        assert answered(of="2.2")["2.2a"] == "not attempted"
        cursor.execute("SELECT count(*) FROM mine")
        assert cursor.fetchone() == (0,)


def test_a_check_that_could_not_run_is_told_from_a_page_that_was_never_opened(work):
    copies.prepare()
    copy = manifest.exercise_copy(lesson("1.1"))
    notebook = nbformat.read(copy, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "from course import" not in cell.source]
    nbformat.write(notebook, copy)
    rows = {row.exercise_id: row.after for row in recheck.recheck("1.1")}
    assert rows["1.1a"] == "its check did not run: is the first cell still there?"
