"""The learner's folder: copies, updates, fresh starts, and one exercise begun again."""

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
import tiny_course
from tiny_course import MAIN_1, MODELS, STARTER

from course.base import paths
from course.base.errors import CourseError
from course.content import app_history, catalog, notebook_file
from course.content.catalog import starter
from course.content.notebook_file import answer
from course.postgres import lease
from course.workspace import copies, manifest, reset_exercise, start_at

LESSON = "week1_start/1_2_second.ipynb"
EXERCISES = "week1_start/1_2_exercises_second.ipynb"
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="a link needs a right on Windows")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_course.make(tmp_path, monkeypatch)


@pytest.fixture
def ready(work: Path) -> Path:
    copies.prepare()
    return work


def edit(path: Path, cell: int, **changes: object) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][cell].update(changes)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def new_edition(name: str = "1_2_second.ipynb", text: str = "2 + 2") -> str:
    """Publish a new edition of a lesson, and return its text as the learner gets it."""
    source = paths.NOTEBOOKS / "week1_start" / name
    edit(source, 1, source=text)
    return manifest.edition(source).decode("utf-8")


def test_lessons_and_exercises_lie_side_by_side(work: Path) -> None:
    assert sorted(copies.prepare()) == sorted(tiny_course.files(work))
    assert set(tiny_course.files(work)) >= {LESSON, EXERCISES, "week1_start/1_1_first.ipynb"}
    published = notebook_file.read_cells(paths.NOTEBOOKS / "week1_start/1_2_second.ipynb")
    copied = notebook_file.read_cells(work / LESSON)
    assert [cell["source"] for cell in copied] == [cell["source"] for cell in published]


def test_a_copy_comes_without_the_outputs_that_would_answer_its_questions(work: Path) -> None:
    published = paths.NOTEBOOKS / "week1_start/1_2_second.ipynb"
    edit(published, 1, execution_count=7, outputs=[{"output_type": "stream", "name": "stdout", "text": "2"}])
    copies.prepare()
    assert [cell.get("outputs", []) for cell in notebook_file.read_cells(work / LESSON)] == [[], [], [], []]


def test_preparing_twice_changes_nothing_and_a_deleted_file_comes_back(ready: Path) -> None:
    (ready / EXERCISES).write_text("the learner's")
    before = tiny_course.files(ready)
    assert copies.prepare() == [] and tiny_course.files(ready) == before
    (ready / LESSON).unlink()
    assert copies.prepare() == [LESSON]
    assert tiny_course.files(ready) == before


def test_an_untouched_copy_is_updated_and_a_second_update_has_nothing_to_do(ready: Path) -> None:
    published = new_edition()
    assert copies.update() == copies.Report(updated=[LESSON])
    assert (ready / LESSON).read_text(encoding="utf-8") == published
    assert copies.update() == copies.Report()
    assert not paths.kept().exists()


def test_a_copy_that_was_only_run_is_updated_and_its_executed_form_kept(ready: Path) -> None:
    edit(ready / LESSON, 1, execution_count=7, outputs=[])
    executed, published = (ready / LESSON).read_text(), new_edition()
    assert copies.update().updated == [LESSON]
    assert (ready / LESSON).read_text() == published
    assert list(tiny_course.files(paths.kept()).values()) == [executed]


def test_a_copy_that_was_only_run_stays_when_the_course_has_nothing_newer(ready: Path) -> None:
    edit(ready / LESSON, 1, execution_count=7)
    before = tiny_course.files(ready)
    assert copies.update() == copies.Report()
    assert tiny_course.files(ready) == before


def test_a_changed_copy_stays_and_the_new_edition_lies_beside_it(ready: Path) -> None:
    edit(ready / LESSON, 1, source="my_idea = 1")
    theirs, published = (ready / LESSON).read_text(), new_edition()
    for _ in range(2):
        report = copies.update()
        assert report.updated == [] and "1_2_second.new.ipynb" in report.left_alone[LESSON]
        assert (ready / LESSON).read_text() == theirs
        assert (ready / "week1_start/1_2_second.new.ipynb").read_text() == published
    assert not paths.kept().exists()


def test_notes_in_the_offered_edition_are_kept_when_a_still_newer_one_comes(ready: Path) -> None:
    edit(ready / LESSON, 1, source="my_idea = 1")
    new_edition()
    copies.update()
    beside = ready / "week1_start/1_2_second.new.ipynb"
    edit(beside, 1, source="notes in the new one")
    noted, published = beside.read_text(), new_edition(text="3 + 3")
    copies.update()
    assert beside.read_text() == published
    assert list(tiny_course.files(paths.kept()).values()) == [noted]


def test_taking_over_the_new_edition_ends_being_left_alone(ready: Path) -> None:
    edit(ready / LESSON, 1, source="my_idea = 1")
    (ready / LESSON).write_text(new_edition(), encoding="utf-8")
    assert copies.update().left_alone == {}
    new_edition(text="3 + 3")
    assert copies.update().updated == [LESSON]


@pytest.mark.parametrize("record", ["{ torn", "[]", "", '{"' + LESSON + '": 5}'])
def test_a_damaged_record_means_that_nothing_is_overwritten(ready: Path, record: str) -> None:
    (paths.state() / "given.json").write_text(record)
    edit(ready / EXERCISES, 1, source="my answer")
    before, _ = tiny_course.files(ready), new_edition()
    report = copies.update()
    assert report.updated == [] and set(report.left_alone) >= {LESSON}
    assert {k: v for k, v in tiny_course.files(ready).items() if k in before} == before


def test_a_damaged_record_heals_for_copies_that_are_as_published(ready: Path) -> None:
    (paths.state() / "given.json").write_text("{ torn")
    edit(ready / LESSON, 1, execution_count=3)
    assert copies.update() == copies.Report()
    new_edition()
    assert copies.update().updated == [LESSON]


@pytest.mark.parametrize("torn", ["", '{"cells": [', "[]", '{"cells": [5]}'])
def test_a_torn_notebook_is_kept_aside_and_restored(ready: Path, torn: str) -> None:
    whole = (ready / LESSON).read_text()
    (ready / LESSON).write_text(torn)
    assert "kept" in copies.update().restored[LESSON]
    assert (ready / LESSON).read_text() == whole
    assert list(tiny_course.files(paths.kept()).values()) == [torn]


def test_a_read_only_copy_is_left_alone_and_named(ready: Path) -> None:
    (ready / LESSON).chmod(0o444)
    before = (ready / LESSON).read_text()
    new_edition()
    assert copies.update().left_alone == {LESSON: "it is a link or read-only"}
    (ready / LESSON).chmod(0o644)
    assert (ready / LESSON).read_text() == before


@needs_links
def test_a_copy_that_the_learner_made_a_link_is_left_alone(ready: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.ipynb"
    (ready / LESSON).replace(elsewhere)
    (ready / LESSON).symlink_to(elsewhere)
    new_edition()
    before = elsewhere.read_text()
    assert LESSON in copies.update().left_alone
    assert elsewhere.read_text() == before and (ready / LESSON).is_symlink()


@needs_links
def test_a_folder_that_is_a_link_is_a_sentence(work: Path, tmp_path: Path) -> None:
    work.mkdir()
    (work / "week1_start").symlink_to(tmp_path)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(CourseError, match="link"):
        copies.prepare()
    assert sorted(os.listdir(tmp_path)) == before


def test_a_file_where_the_folder_should_be_is_a_sentence(work: Path) -> None:
    work.write_text("not a folder")
    for step in (copies.prepare, copies.update, lambda: start_at.start_at("1.3")):
        with pytest.raises(CourseError, match="did not work"):
            step()
    assert work.read_text() == "not a folder"


def test_a_disk_that_refuses_is_a_sentence_and_loses_nothing(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_edition()
    before = tiny_course.files(ready)

    def refuse(source: object, target: object) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr("course.base.files.os.replace", refuse)
    with pytest.raises(CourseError, match="Permission denied at work/"):
        copies.update()
    assert tiny_course.files(ready) == before


@pytest.mark.skipif(
    sys.platform == "win32" or getattr(os, "geteuid", int)() == 0,
    reason="only POSIX folders can be closed to their owner, and never to root",
)
def test_an_unwritable_folder_is_a_sentence(work: Path) -> None:
    work.mkdir(mode=0o555)
    with pytest.raises(CourseError, match="Permission denied"):
        copies.prepare()


def test_an_update_that_was_cut_off_is_finished_by_the_next(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = new_edition()
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "adopt", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            copies.update()
    assert copies.update().left_alone == {}
    assert (ready / LESSON).read_text() == published


def test_starting_at_a_lesson_keeps_the_present_app_and_brings_other_files_along(
    ready: Path,
) -> None:
    folder = paths.postboard()
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "main.py").write_text("# mine\n")
    (folder / "data").mkdir()
    (folder / "data" / "notes.txt").write_text("also mine")
    before = tiny_course.files(folder)
    moved = start_at.start_at("1.3")
    assert moved.kept == paths.kept() / "postboard-1" and "postboard-1" in moved.message
    assert tiny_course.files(moved.kept) == before
    assert tiny_course.files(folder) == app_history.before("1.3") | {"data/notes.txt": "also mine"}


def test_starting_twice_at_the_same_lesson_moves_nothing(ready: Path) -> None:
    assert start_at.start_at("1.3").kept is None
    assert "already" in start_at.start_at("1.3").message
    assert not paths.kept().exists()
    assert start_at.start_at("1.2").kept == paths.kept() / "postboard-1"
    (paths.postboard() / "app").mkdir()
    (paths.postboard() / "app" / "main.py").write_text("# mine again\n")
    assert start_at.start_at("1.3").kept == paths.kept() / "postboard-2"


def test_a_start_that_fails_half_way_puts_the_app_back(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app_history.build(paths.postboard(), {"app/main.py": "# mine\n"})
    replace = os.replace

    def fail_on_new(source: Path, target: Path) -> None:
        if Path(source).name == "postboard-next":
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr("course.workspace.start_at.os.replace", fail_on_new)
    with pytest.raises(CourseError, match="No space left"):
        start_at.start_at("1.3")
    assert tiny_course.files(paths.postboard()) == {"app/main.py": "# mine\n"}


def test_an_unknown_lesson_moves_nothing(ready: Path) -> None:
    app_history.build(paths.postboard(), {"app/main.py": MAIN_1, "app/models.py": MODELS})
    with pytest.raises(CourseError, match="The lessons are: 1.1, 1.2, 1.3"):
        start_at.start_at("7.7")
    assert not paths.kept().exists()


def test_resetting_an_exercise_keeps_the_old_text_right_below(ready: Path) -> None:
    edit(ready / EXERCISES, 1, source='answer = "```"', execution_count=2)
    assert reset_exercise.reset_exercise("1.2a") == 'answer = "```"'
    cells = nbformat.read(ready / EXERCISES, as_version=4).cells
    assert cells[1].source == STARTER and cells[1].execution_count is None
    assert cells[1].metadata.nbgrader.grade_id == "answer-1-2a"
    assert cells[2].cell_type == "markdown" and "Your earlier answer to 1.2a" in cells[2].source
    assert '````python\nanswer = "```"\n````' in cells[2].source
    assert reset_exercise.reset_exercise("1.2a") == ""
    assert len(nbformat.read(ready / EXERCISES, as_version=4).cells) == 7


def test_the_answer_is_found_before_its_check_when_its_mark_is_gone(ready: Path) -> None:
    edit(ready / EXERCISES, 4, source="answer = 2", metadata={})
    assert answer(manifest.exercise_copy(catalog.lesson("1.2")), "1.2b") == "answer = 2"
    assert starter("1.2b") == STARTER
    assert reset_exercise.reset_exercise("1.2b") == "answer = 2"
    assert answer(manifest.exercise_copy(catalog.lesson("1.2")), "1.2b") == STARTER


def test_an_answer_cell_that_was_deleted_comes_back(ready: Path) -> None:
    notebook = json.loads((ready / EXERCISES).read_text())
    del notebook["cells"][4]
    (ready / EXERCISES).write_text(json.dumps(notebook))
    with pytest.raises(CourseError, match=r"course reset 1\.2b"):
        answer(manifest.exercise_copy(catalog.lesson("1.2")), "1.2b")
    reset_exercise.reset_exercise("1.2b")
    cells = nbformat.read(ready / EXERCISES, as_version=4).cells
    assert [cell.source for cell in cells[4:]] == [STARTER, 'check("1.2b")']


def test_a_reset_that_cannot_work_says_so_and_changes_nothing(ready: Path) -> None:
    with pytest.raises(CourseError, match="1.2 has: 1.2a, 1.2b"):
        reset_exercise.reset_exercise("1.2x")
    (ready / EXERCISES).write_text('{"cells": [')
    with pytest.raises(CourseError, match="damaged"):
        reset_exercise.reset_exercise("1.2a")
    assert (ready / EXERCISES).read_text() == '{"cells": ['
    (ready / EXERCISES).unlink()
    with pytest.raises(CourseError, match="course update"):
        reset_exercise.reset_exercise("1.2a")


@pytest.mark.parametrize("ids", [None, "the same"])
def test_an_exercise_is_reset_in_a_notebook_whose_cells_lost_their_ids(
    ready: Path, ids: str | None, recwarn: pytest.WarningsRecorder
) -> None:
    notebook = json.loads((ready / EXERCISES).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell.pop("id")
        if ids:
            cell["id"] = "same"
    notebook["cells"][1]["source"] = "mine"
    (ready / EXERCISES).write_text(json.dumps(notebook), encoding="utf-8")
    assert reset_exercise.reset_exercise("1.2a") == "mine"
    assert not [each for each in recwarn if "id" in type(each.message).__name__.lower()]
    cells = nbformat.read(ready / EXERCISES, as_version=4).cells
    assert len({cell.id for cell in cells}) == len(cells) and cells[1].source == STARTER


def test_of_several_starts_at_once_each_makes_its_database_before_the_next_goes_on(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []

    def begin(_: app_history.Tree) -> str:
        with lease.hold_lock(paths.state() / "written.lock") as mine:
            free.append(mine)
        return ""

    monkeypatch.setattr("course.workspace.start_at.begin_app", begin)
    start_at.start_at("1.3")
    assert free == [False]
