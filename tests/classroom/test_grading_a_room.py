"""The slow half of grading: a hundred submissions, a lesson with a database, nbgrader's own executor, a browser."""

import shutil
from collections import Counter

import pytest
from browser_driver import CHROMIUM, OPTIONS
from classroom.handing_in import Room

from course.classroom.grading import autograding, collecting, confinement, executing, feedback, releasing
from course.classroom.grading.folder import CourseFolder
from course.content import catalog

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(not executing.WARM, reason="the warm executor needs Linux"),
]
_OTHERS = """
import psycopg2, os
from course import postgres
postgres.create("mine")
"""


def _room(place, lesson_id):
    folder = CourseFolder.prepared(place / "grading")
    lesson = catalog.lesson(lesson_id)
    releasing.release(folder, lesson)
    return Room(place / "in", folder, lesson)


def _graded(room, **options):
    collecting.collect(room.folder, room.place)
    learners = autograding.waiting(room.folder, room.lesson, False)
    return autograding.grade(room.folder, room.lesson, learners, **options)


def test_a_hundred_submissions_get_the_points_that_each_earned(tmp_path):
    room = _room(tmp_path, "1.4")
    for number in range(100):
        kind = number % 4
        made = [room.right, room.notebook, lambda: room.right(c="1 / 0"), lambda: room.right(a="x = ")][
            kind
        ]()
        room.hands_in(f"learner{number:03d}", made)
    found = Counter(each.points for each in _graded(room))
    assert found == {6.0: 25, 0.0: 25, 5.0: 50}


def test_a_lesson_with_a_database_is_graded_and_no_learner_finds_anothers(tmp_path):
    room = _room(tmp_path, "2.3")
    for name in ("ada", "bob", "cem"):
        room.hands_in(name, room.right(a=catalog.official("2.3a") + _OTHERS))
    assert [each.points for each in _graded(room, lanes=1)] == [5, 5, 5]


def test_nbgraders_own_executor_gives_the_same_points_and_sentences(tmp_path):
    room = _room(tmp_path, "1.4")
    room.hands_in("ada", room.right())
    room.hands_in("bob", room.right(c=catalog.official("1.4c") + "\n1 / 0"))
    assert [each.points for each in _graded(room, warm=False)] == [6, 5]
    (page,) = [each for each in feedback.write(room.folder, room.lesson) if "bob" in str(each)]
    text = page.read_text("utf-8")
    assert "ended with ZeroDivisionError: division by zero." in text and "most recent call last" not in text


def test_a_process_is_held_to_its_folder(tmp_path):
    from course.classroom.grading.cells import Cell
    from course.classroom.grading.keeper import sit

    if confinement.landlock_version() < 3:
        pytest.skip("this system's Landlock does not hold what truncates")
    (tmp_path / "mine").mkdir()
    outside = tmp_path / "outside"
    outside.write_text("kept")
    tries = [
        f"open({str(outside)!r}, 'w')",
        f"import os; os.remove({str(outside)!r})",
        "open('x', 'w').write('y')",
    ]
    sitting = sit([Cell(each) for each in tries], tmp_path / "mine")
    names = [[o.get("ename") for o in sitting.ran[index].outputs] for index in range(3)]
    assert names[:2] == [["PermissionError"], ["PermissionError"]] and names[2] == [None]
    assert outside.read_text() == "kept"


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_feedback_asks_for_nothing_and_says_nothing_to_the_console(tmp_path, scheme):
    from playwright.sync_api import sync_playwright

    room = _room(tmp_path, "1.4")
    room.hands_in("ada", room.right(b="<img src=x onerror=alert(1)>", c='print("<script>alert(1)</script>")'))
    _graded(room, lanes=1)
    (page,) = feedback.write(room.folder, room.lesson)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        tab = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
        asked, said = [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(page.as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth > innerWidth")
        words = tab.inner_text("body")
        browser.close()
    assert asked == [page.as_uri()] and not said and not wide
    assert "1.4a · A contract for a review: done" in words and "4 of 6 points" in words
    shutil.rmtree(tmp_path / "grading")
