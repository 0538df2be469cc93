"""What is released, what is handed in, and that nothing of an instructor's is overwritten on the way."""

import json
import os
import shutil
import zipfile
from datetime import UTC

import nbformat
import pytest
from classroom.handing_in import Room
from nbgrader.preprocessors import Execute

from course.base.errors import CourseError
from course.classroom.grading import collecting, executing, folder, handed_in, lane, releasing, restored
from course.classroom.grading.folder import CourseFolder, chosen
from course.content import catalog, notebook_file

LESSON = catalog.lesson("1.1")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A folder with one lesson released: made once, since nbgrader calls a program to make a gradebook."""
    made = CourseFolder.prepared(tmp_path_factory.mktemp("room") / "grading")
    releasing.release(made, LESSON)
    return made


@pytest.fixture
def place(released, tmp_path):
    """A copy of it for one test."""
    shutil.copytree(released.root, tmp_path / "grading")
    return CourseFolder(tmp_path / "grading")


def test_lessons_weeks_and_all_are_chosen_once_each_as_they_are_taught():
    week = [each.id for each in chosen(["1.4", "1", "1.2"])]
    assert week[:4] == ["1.1", "1.2", "1.3", "1.4"] and len(set(week)) == len(week)
    assert len(chosen(["all"])) > 50
    with pytest.raises(CourseError, match="no lesson"):
        chosen(["9.9"])


def test_what_is_released_is_what_the_learner_gets(place):
    released = notebook_file.read_cells(place.at("release", LESSON))
    ours = notebook_file.read_cells(LESSON.exercise_notebook)
    assert [notebook_file.source(each) for each in released] == [notebook_file.source(each) for each in ours]
    assert "stands" in releasing.release(place, LESSON).said


def test_a_source_that_the_instructor_edited_is_released_as_written(place):
    source = place.at("source", LESSON)
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[notebook_file.answer_index(notebook.cells, "1.1b")].source += "\n# a hint of mine"
    nbformat.write(notebook, source)
    heading = next(each for each in notebook.cells if "## 1.1c" in each.source)
    heading.source += "\n\nOne more sentence."
    nbformat.write(notebook, source)
    place.at("release", LESSON).write_text("{}")
    said = releasing.release(place, LESSON).said
    assert "changes of yours" in said and "yours is kept" in said
    assert "One more sentence." in place.at("release", LESSON).read_text("utf-8")


def test_an_edition_that_changed_an_exercise_says_which(place):
    old = notebook_file.read_cells(place.at("release", LESSON))
    new = json.loads(json.dumps(old))
    new[notebook_file.answer_index(new, "1.1b")]["source"] = "else"
    assert "changed: 1.1b." in releasing._difference(old, new)


def test_a_lesson_is_due_when_the_instructors_clock_says_so(place):
    moment = releasing.moment("2026-12-01 18:00")
    releasing.release(place, LESSON, moment)
    with place.gradebook() as book:
        due = book.find_assignment("lesson_1_1").duedate
    assert due.replace(tzinfo=UTC) == moment
    with pytest.raises(CourseError, match="no moment"):
        releasing.moment("tomorrow")


def test_folders_files_and_zips_are_collected_and_the_newest_wins(place, tmp_path):
    room = Room(tmp_path / "in", place, LESSON)
    old = room.hands_in("ada", room.notebook())
    os.utime(old, (1_700_000_000, 1_700_000_000))
    newer = old.with_name("1_1 (2).ipynb")
    newer.write_text(json.dumps(room.right()), encoding="utf-8")
    (room.place / "bob.ipynb").write_bytes(LESSON.exercise_notebook.read_bytes())
    with zipfile.ZipFile(room.place / "cem.zip", "w") as packed:
        packed.write(LESSON.exercise_notebook, "../../outside/1_1.exercises.ipynb")
    (room.place / "dan.zip").write_bytes(b"not a zip")
    found = {each.learner: each for each in collecting.collect(place, room.place)}
    assert place.learners("submitted", LESSON) == ["ada", "bob", "cem"]
    taken = notebook_file.read_cells(place.at("submitted", LESSON, "ada"))
    assert notebook_file.source(taken[notebook_file.answer_index(taken, "1.1a")]) == catalog.official("1.1a")
    assert not found["dan"].taken and "zip cannot be read" in found["dan"].said


def test_an_older_file_does_not_take_the_place_of_a_newer_one(place, tmp_path):
    room = Room(tmp_path / "in", place, LESSON)
    room.hands_in("ada", room.right())
    collecting.collect(place, room.place)
    before = place.at("submitted", LESSON, "ada").read_bytes()
    os.utime(room.hands_in("ada", room.notebook()), (1_700_000_000, 1_700_000_000))
    (found,) = collecting.collect(place, room.place)
    assert not found.taken and "left alone" in found.said
    assert place.at("submitted", LESSON, "ada").read_bytes() == before


@pytest.mark.parametrize("name", ["*", "a[b]", ".hidden", "a/b", "a\nb", ""])
def test_a_name_that_would_be_a_pattern_or_a_path_is_no_learner(name):
    assert handed_in.problem_with(name)


def test_a_notebook_of_an_earlier_edition_gets_the_numbers_of_now(tmp_path):
    cells = [
        nbformat.v4.new_code_cell('lesson("3.7", exercises=True)'),
        nbformat.v4.new_code_cell('check("3.7a")'),
    ]
    path = tmp_path / "ada" / "3_7_transactions_and_pools.ipynb"
    path.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (found,) = handed_in.found_in(tmp_path)
    assert found.lesson_id == "3.8" and found.notebook.cells[1].source == 'check("3.8a")'
    assert "earlier edition" in found.remarks[0]


def test_deeply_nested_json_and_wrong_shapes_are_refused_in_a_sentence(tmp_path):
    for name, text in [
        ("a", "[" * 100_000),
        ("b", '{"cells": 5}'),
        ("c", "null"),
        ("d", ""),
        ("e", "\xff\xfe"),
    ]:
        path = tmp_path / name / "1_1_x.ipynb"
        path.parent.mkdir()
        path.write_bytes(text.encode("latin-1"))
    found = list(handed_in.found_in(tmp_path))
    assert len(found) == 5
    for each in found:
        assert each.notebook is None and each.lesson_id == "1.1" and "no notebook" in each.remarks[0]


def test_marks_that_make_no_sense_are_made_anew():
    notebook = nbformat.read(LESSON.exercise_notebook, as_version=4)
    for cell in notebook.cells:
        cell.metadata["nbgrader"] = {"grade_id": 7, "grade": "yes", "schema_version": "old"}
    texts = {notebook_file.check_id(each.id): f'check("{each.id}")' for each in LESSON.exercises}
    remarks = restored.restore(notebook, LESSON, dict.fromkeys(texts, 1.0), texts)
    marks = [each.metadata["nbgrader"]["grade_id"] for each in notebook.cells if "nbgrader" in each.metadata]
    assert sorted(marks) == sorted([*texts, *(each.replace("check", "answer") for each in texts)])
    assert remarks == []


def test_without_fork_nbgraders_own_executor_does_the_work_and_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(executing, "WARM", False)
    steps = lane._settings().Autograde.autograde_preprocessors
    assert executing.PlainExecute in steps and executing.WarmExecute not in steps
    assert issubclass(executing.PlainExecute, Execute) and "needs Linux" in executing.WHY_NOT


def test_a_folder_that_is_none_and_settings_that_are_broken_are_named(place, tmp_path):
    with pytest.raises(CourseError, match="course class release"):
        CourseFolder.existing(tmp_path)
    (place.root / folder.SETTINGS).write_text("1 /")
    with pytest.raises(CourseError, match="cannot be read"):
        place.config()
