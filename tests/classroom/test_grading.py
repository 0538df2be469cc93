"""A room is graded in one go: right and wrong answers, notebooks that are broken, and some that attack."""

import csv
import os
import re
import subprocess
from datetime import UTC, datetime

import nbformat
import pytest
from classroom.handing_in import Room
from typer.testing import CliRunner

from course.base.errors import CourseError
from course.classroom.grading import (
    autograding,
    collecting,
    confinement,
    executing,
    export,
    feedback,
    releasing,
)
from course.classroom.grading.folder import SETTINGS, CourseFolder
from course.cli.classroom import classroom
from course.content import catalog, notebook_file

pytestmark = pytest.mark.skipif(not executing.WARM, reason="the warm executor needs Linux")
LESSON = catalog.lesson("1.4")
DUE = datetime(2026, 1, 2, 18, 0, tzinfo=UTC)
_HOSTILE = {
    "loops": "while True:\n    pass",
    "holds on": "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
    "leaves": "import os\nos._exit(0)",
    "forks": "import os, time\nwhile True:\n    os.fork()",
    "prints": "for _ in range(400):\n    print('x' * 100_000)",
    "deletes": "import shutil, os\nshutil.rmtree(OUTSIDE, ignore_errors=True)\nshutil.rmtree(os.getcwd())",
    "writes": "import pathlib\npathlib.Path(OUTSIDE, 'mine').write_text('x')",
    "kills": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "detaches": "import subprocess\nsubprocess.Popen(['sleep', '4242'], start_new_session=True)",
}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Everybody's notebooks, collected and graded."""
    place = tmp_path_factory.mktemp("room")
    folder = CourseFolder.prepared(place / "grading")
    with (folder.root / SETTINGS).open("a") as settings:
        settings.write("\nget_config().WarmExecute.cell_seconds = 1.0\n")
    releasing.release(folder, LESSON, DUE)
    made = Room(place / "handed in", folder, LESSON)
    (place / "precious").mkdir()
    (place / "precious" / "grades.txt").write_text("kept")
    _ordinary(made)
    _broken(made)
    for name, code in _HOSTILE.items():
        made.after(name, code.replace("OUTSIDE", repr(str(place / "precious"))))
    made.collected = collecting.collect(folder, made.place)
    made.learners = autograding.waiting(folder, LESSON, False)
    made.graded = {each.learner: each for each in autograding.grade(folder, LESSON, made.learners)}
    feedback.write(folder, LESSON)
    return made


def _ordinary(room):
    early = room.hands_in("ada", room.right())
    os.utime(early, (DUE.timestamp() - 60, DUE.timestamp() - 60))
    room.hands_in("bob", room.right(b="Invitation = None", c=catalog.official("1.4c") + "\n1 / 0"))
    room.hands_in("cem", room.notebook())


def _broken(room):
    cheat = catalog.official("1.4b") + "\nimport course\ncourse.check = check = lambda *_: None"
    room.hands_in("cheats", room.notebook({"1.4b": cheat}))
    room.hands_in("empty", nbformat.v4.new_notebook())
    room.hands_in("no json", '{"cells": [')
    other = catalog.lesson("1.5")
    path = room.place / "other" / "mine.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(other.exercise_notebook.read_bytes())
    changed = room.right()
    for name in ("1.4a", "1.4b"):
        changed.cells[notebook_file.check_index(changed.cells, name)].source = "print('all is well')"
    del changed.cells[notebook_file.check_index(changed.cells, "1.4c")]
    for cell in changed.cells:
        if notebook_file.CHECK_CALL.search(cell.source) or "Discussion" in cell.source:
            cell.metadata["nbgrader"] = {"grade_id": "mine", "points": 99}
    del changed.cells[1]
    room.hands_in("changes", changed)


def _points(room, learner):
    return room.graded[learner].points


def _page(room, learner):
    return room.folder.at("feedback", LESSON, learner).with_suffix(".html").read_text("utf-8")


def test_right_answers_earn_their_points_and_others_none(room):
    assert [_points(room, each) for each in ("ada", "bob", "cem")] == [6, 4, 0]
    assert {each.most for each in room.graded.values()} == {6.0}


@pytest.mark.parametrize("learner", [each for each in _HOSTILE if each not in ("prints", "detaches")])
def test_a_cell_that_attacks_costs_its_own_exercise_at_most(room, learner):
    assert _points(room, learner) >= 5, room.graded[learner]


def test_what_only_prints_or_leaves_a_process_behind_loses_nothing(room):
    assert [_points(room, each) for each in ("prints", "detaches")] == [6, 6]
    assert "4242" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout


def test_nothing_outside_its_own_folder_is_changed(room):
    precious = room.folder.root.parent / "precious"
    if not confinement.landlock_version():
        pytest.skip("this system has no Landlock")
    assert {path.name: path.read_text() for path in precious.iterdir()} == {"grades.txt": "kept"}


def test_a_check_that_the_notebook_redefines_is_the_courses_own_all_the_same(room):
    graded = nbformat.read(room.folder.at("autograded", LESSON, "cheats"), as_version=4)
    below = graded.cells[notebook_file.check_index(graded.cells, "1.4c")]
    assert "Four senders: not attempted" in str(below.outputs)
    assert _points(room, "cheats") == 1


def test_megabytes_of_output_are_cut(room):
    assert room.folder.at("autograded", LESSON, "prints").stat().st_size < 400_000


def test_changed_missing_and_renamed_checks_are_the_courses_own(room):
    assert _points(room, "changes") == 6
    said = " ".join(
        executing.remarks_in(nbformat.read(room.folder.at("autograded", LESSON, "changes"), as_version=4))
    )
    assert "check of 1.4a had been changed" in said and "check of 1.4c was missing" in said
    assert "first cell" in said


def test_an_empty_notebook_and_one_that_is_none_earn_nothing_and_it_is_said_why(room):
    assert [_points(room, each) for each in ("empty", "no json")] == [0, 0]
    said = {each.learner: each.said for each in room.collected}
    assert "not JSON: line 1" in said["no json"]
    assert (
        room.folder.at("submitted", LESSON, "no json").with_name("handed-in.txt").read_text() == '{"cells": ['
    )


def test_a_notebook_of_another_lesson_is_not_taken(room):
    (found,) = [each for each in room.collected if each.learner == "other"]
    assert not found.taken and found.lesson_id == "1.5" and "was not released" in found.said
    assert "other" not in room.graded


def test_the_table_says_points_lateness_and_what_went_wrong(room, tmp_path):
    to = tmp_path / "grades.csv"
    export.write(room.folder, to)
    with to.open(encoding="utf-8", newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert rows["ada"]["sum"] == "6" and not rows["ada"]["late hours"] and not rows["ada"]["what went wrong"]
    assert float(rows["bob"]["late hours"]) > 0 and (rows["bob"]["b"], rows["bob"]["d"]) == ("0", "1")
    assert "1.4c: your code raised an error" in rows["bob"]["what went wrong"]
    assert "not JSON" in rows["no json"]["what went wrong"]
    with pytest.raises(CourseError, match="left alone"):
        export.write(room.folder, to)


def test_feedback_has_the_sentences_of_check_and_needs_no_network(room):
    page = _page(room, "bob")
    assert "The cell with your answer ended with ZeroDivisionError: division by zero." in page
    assert "A good review is accepted" in page and "most recent call last" not in page
    for sign in ("<script", "http://", "https://", "site-packages"):
        assert sign not in page
    assert "not JSON" in _page(room, "no json")


def _sentences(room, learner):
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", _page(room, learner), flags=re.DOTALL).split())


@pytest.mark.parametrize(
    ("learner", "words"),
    [
        ("loops", "took too long"),
        ("holds on", "too long|could not be interrupted"),
        ("leaves", "ended the notebook"),
        ("forks", "processes"),
    ],
)
def test_feedback_says_what_happened_to_a_cell(room, learner, words):
    assert re.search(words, _sentences(room, learner)), _sentences(room, learner)


def test_the_commands_say_what_they_did(room, tmp_path):
    def said(*words):
        done = CliRunner().invoke(classroom, [*words, "--folder", str(room.folder.root)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "It stands as it was released." in said("release", "1.4")
    assert "other, 1.5: not taken" in said("collect", str(room.place))
    assert "1.4: nothing new." in said("grade", "1")
    assert "pages in" in said("feedback", "all")
    assert "rows in" in said("export", str(tmp_path / "grades.csv"))


def test_grading_again_grades_what_is_new_and_keeps_points_given_by_hand(room):
    assert autograding.waiting(room.folder, LESSON, False) == []
    with room.folder.gradebook() as book:
        grade = book.find_grade("check-1-4b", LESSON.solution_notebook.stem, "lesson_1_4", "bob")
        grade.manual_score = 0.5
        book.db.commit()
    room.hands_in("cem", room.right())
    (taken,) = [each for each in collecting.collect(room.folder, room.place) if each.learner == "cem"]
    assert taken.taken and "kept as replaced" in taken.said
    assert autograding.waiting(room.folder, LESSON, False) == ["cem"]
    found = {
        each.learner: each.points for each in autograding.grade(room.folder, LESSON, ["bob", "cem"], lanes=1)
    }
    assert found == {"bob": 4.5, "cem": 6}
