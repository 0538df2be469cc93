"""Nothing in the quiz is folklore: each program is run, and does what its entry says."""

import os
from collections.abc import Iterator

import pytest

from course.base.errors import CourseError
from course.content import catalog
from course.postgres import databases
from course.recall._quiz import quiz
from course.recall.program import Program, program, programs
from course.workspace import progress


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    yield databases.reset("recall_quiz")
    databases.drop("recall_quiz")


@pytest.mark.parametrize("each", programs(), ids=lambda each: each.name)
def test_a_program_does_what_is_stored(each: Program, url: str) -> None:
    assert each.run(url) == each.right
    assert each.run(url) == each.right  # and again: it leaves nothing behind


def test_each_entry_is_whole() -> None:
    for each in programs():
        assert each.right in each.options and 2 <= len(set(each.options)) == len(each.options) <= 4
        assert each.why.endswith(".") and each.question.endswith("?")
        assert max(map(len, each.code.splitlines())) <= 88 and len(each.code.splitlines()) <= 30
        catalog.lesson(each.lesson)
    assert len({each.name for each in programs()}) == len(programs()) >= 20
    assert len({each.question for each in programs()}) == len(programs())  # the log knows them by it


def test_each_week_has_programs_and_the_weeks_take_turns() -> None:
    assert {each.lesson[0] for each in programs()} == set("12345678")
    assert [each.lesson[0] for each in quiz().asked[:8]] == list("12345678")
    assert {each.lesson[0] for each in quiz(3).asked} == {"3"}


def test_names_that_are_not_there_are_refused() -> None:
    with pytest.raises(CourseError, match='There is no program "nothing". There are: mutable-default'):
        program("nothing")
    with pytest.raises(CourseError, match="There is no program of week 9"):
        quiz(9)


def test_a_choice_is_run_counted_once_and_logged(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    game = quiz(1)
    wrong = next(each for each in game.program.options if each != game.program.right)
    with pytest.raises(CourseError, match="Choose one of"):
        game.choose("something else")
    said = game.choose(wrong)
    assert not said.right and f"It is {game.program.right}. You said {wrong}." in str(said)
    assert game.choose(game.program.right) is said
    assert game.score().endswith("0 of 1 right")
    (entry,) = [each for each in progress.events() if each["event"] == "guess"]
    assert (entry["question"], entry["chosen"], entry["right"]) == (game.program.question, wrong, False)
    first = game.program
    game.next()
    assert game.program is not first and game.answer is None
    for _ in game.asked[1:]:
        game.next()
    assert game.program is first


def test_the_buttons_choose_and_go_on(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    game = quiz(6)
    bundle = game._repr_mimebundle_()
    assert (
        bundle["text/plain"]
        == f"A quiz of {len(game.asked)} broken programs. Run this cell in JupyterLab to play."
    )
    panel = game._panel
    right = next(each for each in panel._options.children if each.description == game.program.right)
    right.click()
    assert "You said so." in panel._said.value and "1 of 1 right" in panel._said.value
    assert all(each.disabled for each in panel._options.children)
    panel._next.click()
    assert "2 of" in panel._said.value and not panel._options.children[0].disabled


def test_a_program_with_a_database_needs_one(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "DATABASE_URL" not in os.environ
    with pytest.raises(CourseError, match="There is no database"):
        program("lost-update").run()
