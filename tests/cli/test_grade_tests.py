"""`course grade-tests`: the table of what a suite notices."""

import io

import pytest
from rich.console import Console

from course.base.errors import CourseError
from course.cli import grade_tests
from course.content import app_history
from course.content.variants import Change, Variant
from course.suites.grades import Grades
from course.suites.grading import Fate

TESTS = "def test_one() -> None: ...\n"


def fate(name: str, area: str, by: str = "") -> Fate:
    return Fate(Variant(name, area, f"The {name} is wrong.", (Change("app/main.py", "x", "a", "b"),)), by)


def shown(grades: Grades) -> str:
    console = Console(file=io.StringIO(), width=100)
    grade_tests.show(grades, console)
    return console.file.getvalue()


def test_the_table_has_a_bar_for_each_part_and_a_sentence_for_each_survivor() -> None:
    fates = (fate("title", "posts", "test_title"), fate("body", "posts"), fate("vote", "votes", "test_vote"))
    text = shown(Grades(7, fates, left_out=("old-one",)))
    assert text.splitlines()[0].split() == ["posts", "█" * 15 + "░" * 15, "1", "of", "2"]
    assert text.splitlines()[1].split() == ["votes", "█" * 15, "1", "of", "1"]
    assert "Not noticed, posts:\n  ✗ The body is wrong.\n" in text
    assert "7 tests notice 2 of 3 mistakes." in text and "This app has no place for: old-one." in text


def test_what_keeps_a_suite_from_being_graded_is_all_that_is_shown() -> None:
    assert shown(Grades(1, problem="It hangs.")) == "Nothing was graded. It hangs.\n"
    assert "it is another one" in shown(Grades(1, left_out=("one",)))


@pytest.mark.parametrize("files", [{}, {"app/main.py": ""}])
def test_a_folder_without_tests_is_told_so(tmp_path, files) -> None:
    app_history.build(tmp_path / "app-of-somebody", files)
    with pytest.raises(CourseError, match="has no tests/"):
        grade_tests.run(tmp_path / "app-of-somebody")


def test_tests_without_an_app_are_for_the_courses_own(tmp_path, monkeypatch) -> None:
    app_history.build(tmp_path, {"tests/test_one.py": TESTS})
    trees = []
    monkeypatch.setattr(grade_tests, "grade", lambda tree, on_progress: trees.append(tree) or Grades(1, ()))
    assert grade_tests.run(tmp_path) == 1
    (tree,) = trees
    assert tree["app/main.py"] == app_history.final()["app/main.py"]
    assert app_history.tests_in(tree) == {"tests/test_one.py"}
