"""Lessons that got another number: a learner's log and copies from before are neither lost nor mistaken."""

import json
from pathlib import Path

import pytest
import tiny_course

from course.base import files, paths
from course.content import catalog, notebook_file
from course.workspace import copies, editions, manifest, progress

FIRST = [
    {"event": "lesson", "id": "3.4"},
    {"event": "lesson", "id": "3.8"},
    {"event": "check", "id": "3.5a", "outcome": "done"},
    {"event": "check", "id": "3.8b", "outcome": "not yet"},
    {"event": "hint", "id": "1.4a", "number": 1},
]


@pytest.fixture
def log(work: Path) -> Path:
    work.mkdir()
    text = "".join(json.dumps(each) + "\n" for each in FIRST)
    paths.progress_log().write_text(text, encoding="utf-8")
    return paths.progress_log()


def test_lines_without_an_edition_count_for_the_lessons_as_they_are_called_now(log: Path) -> None:
    standing = progress.standings()
    assert standing["3.6a"].done and "3.5a" not in standing
    assert standing["4.1b"].attempts == 1 and "3.8b" not in standing
    assert standing["1.4a"].hints == 1
    assert progress.visited() == ["3.4", "4.1"]


def test_the_exercises_of_a_lesson_that_was_split_count_where_they_are_now(work: Path) -> None:
    work.mkdir()
    done = [{"event": "check", "id": f"3.4{letter}", "outcome": "done"} for letter in "abcde"]
    paths.progress_log().write_text("".join(json.dumps(each) + "\n" for each in done), encoding="utf-8")
    assert set(progress.standings()) == {"3.5b", "3.4b", "3.4d", "3.5d", "3.5e"}


def test_the_log_itself_is_only_appended_to(log: Path) -> None:
    before = log.read_text(encoding="utf-8")
    progress.record("check", "3.5a", outcome="done")
    after = log.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert json.loads(after.removeprefix(before))["edition"] == editions.NOW
    assert progress.standings()["3.5a"].done and progress.standings()["3.6a"].done


def test_what_was_logged_now_is_not_renumbered(work: Path) -> None:
    progress.record("check", "3.5a", outcome="done")
    assert set(progress.standings()) == {"3.5a"}


def test_an_exercise_that_moved_alone_or_is_gone(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "MOVED", {"3.5a": "3.5c", "3.8b": None})
    standing = progress.standings()
    assert standing["3.5c"].done and "3.6a" not in standing and "4.1b" not in standing


def test_the_tables_name_lessons_and_exercises_that_exist() -> None:
    names = {lesson.name for lesson in catalog.lessons()}
    assert set(editions.RENAMED.values()) <= names
    exercises = {each.id for lesson in catalog.lessons() for each in lesson.exercises}
    assert {new for new in editions.MOVED.values() if new} <= exercises


def test_present_ids_are_written_into_calls_headings_and_marks_and_nothing_else() -> None:
    cells = [
        {"source": "# 3.5 Joins: exercises\n\nSee lesson 3.5.", "metadata": {}},
        {"source": ["from course import check, lesson\n", 'lesson("3.5", exercises=True)'], "metadata": {}},
        {"source": "## 3.5a · Rows", "metadata": {}},
        {"source": "rate = 3.5\nnote = 'lesson 3.5'", "metadata": {"nbgrader": {"grade_id": "answer-3-5a"}}},
        {"source": "check('3.5a')", "metadata": {"nbgrader": {"grade_id": "check-3-5a", "points": 1}}},
    ]
    editions.renumbered(cells)
    assert [cell["source"] for cell in cells] == [
        "# 3.6 Joins: exercises\n\nSee lesson 3.5.",
        'from course import check, lesson\nlesson("3.6", exercises=True)',
        "## 3.6a · Rows",
        "rate = 3.5\nnote = 'lesson 3.5'",
        "check('3.6a')",
    ]
    assert cells[3]["metadata"]["nbgrader"]["grade_id"] == "answer-3-6a"
    assert cells[4]["metadata"]["nbgrader"] == {"grade_id": "check-3-6a", "points": 1}


OLD = "week1_start/1_1_former.ipynb"
OLD_EXERCISES = "week1_start/1_1_former.exercises.ipynb"
NEW, NEW_EXERCISES = "week1_start/1_2_second.ipynb", "week1_start/1_2_exercises_second.ipynb"


@pytest.fixture
def renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder of the first edition, in which lesson 1.2 was 1.1 and bore another name."""
    folder = tiny_course.make(tmp_path, monkeypatch)
    lesson = catalog.lesson("1.2")
    given = {}
    for source, name in ((lesson.notebook, OLD), (lesson.exercise_notebook, OLD_EXERCISES)):
        text = manifest.edition(source).decode("utf-8").replace("1.2", "1.1").replace("-1-2", "-1-1")
        files.write_text(folder / name, text)
        cells = manifest.cells_digest(folder / name)
        given[name] = {"sha256": files.digest(text), "cells": cells}
    files.write_record(paths.state() / "given.json", given)
    monkeypatch.setattr(editions, "RENAMED", {"week1_start/1_1_former": "week1_start/1_2_second"})
    monkeypatch.setattr(editions, "_LESSONS", {"1.1": "1.2"})
    return folder


def write(path: Path, old: str, new: str) -> str:
    text = path.read_text(encoding="utf-8").replace(old, new)
    path.write_text(text, encoding="utf-8")
    return text


def test_a_copy_that_nobody_touched_gives_way_to_the_present_one(renamed: Path) -> None:
    report = copies.update()
    assert report.former == {OLD: f"is now {NEW}", OLD_EXERCISES: f"is now {NEW_EXERCISES}"}
    assert not (renamed / OLD).exists() and not (renamed / OLD_EXERCISES).exists()
    assert 'check("1.2a")' in notebook_file.source(notebook_file.read_cells(renamed / NEW_EXERCISES)[2])
    assert not paths.kept().exists()
    assert copies.update() == copies.Report()


def test_answers_move_to_the_present_page_with_its_numbers_and_the_old_file_is_kept(renamed: Path) -> None:
    theirs = write(renamed / OLD_EXERCISES, "def answer():\\n    ...", "def answer():\\n    return '1.1a'")
    said: list[str] = []
    copies.prepare(said.append)
    cells = notebook_file.read_cells(renamed / NEW_EXERCISES)
    assert "return '1.1a'" in notebook_file.answer(renamed / NEW_EXERCISES, "1.2a")
    assert notebook_file.check_index(cells, "1.2a") is not None
    assert notebook_file.check_index(cells, "1.1a") is None
    assert list(tiny_course.files(paths.kept()).values()) == [theirs]
    assert said[0].startswith(f"{OLD_EXERCISES} is now {NEW_EXERCISES}; the file as it was is work/kept/")
    assert copies.prepare() == [] and copies.update().updated == []


def test_a_copy_that_was_run_is_kept_too(renamed: Path) -> None:
    ran = write(renamed / OLD, '"execution_count": null', '"execution_count": 7')
    assert "work/kept/" in copies.update().former[OLD]
    assert ran in tiny_course.files(paths.kept()).values()


def test_where_both_names_are_taken_both_files_stay(renamed: Path) -> None:
    copies.update()
    mine = renamed / OLD_EXERCISES
    mine.write_text("from a page that was still open", encoding="utf-8")
    before = tiny_course.files(renamed)
    assert "left where it is" in copies.update().former[OLD_EXERCISES]
    assert tiny_course.files(renamed) == before


def test_a_read_only_copy_stays_under_its_old_name_and_is_named(renamed: Path) -> None:
    (renamed / OLD).chmod(0o400)
    assert "left where it is" in copies.update().former[OLD]
    assert (renamed / OLD).exists() and (renamed / NEW).exists()


def test_a_damaged_copy_is_kept_and_the_page_restored(renamed: Path) -> None:
    (renamed / OLD).write_text("{ torn", encoding="utf-8")
    assert "damaged" in copies.update().restored[NEW]
    assert "{ torn" in tiny_course.files(paths.kept()).values()


def test_exercises_get_their_new_name_and_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_course.make(tmp_path, monkeypatch)
    copies.prepare()
    (folder / NEW_EXERCISES).rename(folder / "week1_start/1_2_second.exercises.ipynb")
    theirs = write(folder / "week1_start/1_2_second.exercises.ipynb", "...", "return 42")
    assert copies.prepare() == []
    assert (folder / NEW_EXERCISES).read_text(encoding="utf-8") == theirs
    assert not paths.kept().exists()


def test_a_tab_that_jupyterlab_remembers_opens_the_present_file(renamed: Path) -> None:
    tabs = paths.state() / "lab-workspaces" / "default.jupyterlab-workspace"
    files.write_text(tabs, json.dumps({"data": {"main": f"notebook:{OLD_EXERCISES}"}}))
    copies.prepare()
    assert json.loads(tabs.read_text(encoding="utf-8"))["data"]["main"] == f"notebook:{NEW_EXERCISES}"
