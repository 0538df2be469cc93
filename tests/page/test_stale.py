"""What a verdict says when the page shows other code than what ran; and reset, which goes to the answer cell."""

from pathlib import Path
from typing import Any

import pytest
import tiny_course
from learner import Learner, learner

from course.base import paths
from course.base.errors import CourseError
from course.content import catalog
from course.page import answer_cell, exercise, history, lesson
from course.workspace import progress

__all__ = ["learner"]

CHECKS = """
from course.checks import exercise, expect

@exercise("1.2a", hints=["What?", "Where?", "How."])
class TestAnswer:
    def test_it_gives_42(self, answer):
        expect(answer(), 42, tried="answer()")
"""
RIGHT, WRONG = "def answer():\n    return 42", "def answer():\n    return 41"


@pytest.fixture(autouse=True)
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learner: Learner) -> Learner:
    tiny_course.make(tmp_path, monkeypatch)
    catalog.lesson("1.2").check_file.write_text(CHECKS, encoding="utf-8")
    monkeypatch.setattr(answer_cell, "_given", {})
    history.watch(learner)
    return learner


def shows(learner: Learner, text: str) -> None:
    """Let the page say that this stands in the answer cell of 1.2a."""
    learner.get_parent = lambda: {"metadata": {"course_answers": {"answer-1-2a": text}}}  # type: ignore[attr-defined]


def restart(monkeypatch: pytest.MonkeyPatch, learner: Learner) -> None:
    learner.hooks.clear()
    learner.user_ns.clear()
    monkeypatch.setattr(history, "_noted", None)
    history.watch(learner)


def said() -> str:
    return repr(exercise.check("1.2a"))


def test_a_done_answer_after_a_restart_is_named_as_not_run_since(opened, monkeypatch):
    opened.run(RIGHT)
    exercise.check("1.2a")
    restart(monkeypatch, opened)
    assert "has not been run since the kernel started. It was done before" in said()
    opened.run(RIGHT)
    assert "done, 1 of 1" in said() and "since the kernel" not in said()


def test_an_answer_that_was_never_run_is_not_called_the_starter(opened):
    shows(opened, RIGHT)
    assert "has not been run since the kernel started. Run that cell" in said()


def test_a_starter_that_nobody_ran_is_as_it_was_given(opened):
    shows(opened, tiny_course.STARTER)
    assert "still as you got it" in said()


def test_an_answer_that_changed_since_it_ran_is_said_first(opened):
    opened.run(WRONG)
    shows(opened, RIGHT)
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "not yet" and "has changed since it was run" in verdict.first
    assert repr(verdict).splitlines()[1] == verdict.first
    assert "has changed since" in verdict._repr_mimebundle_()["text/html"]
    opened.run(RIGHT)
    assert not exercise.check("1.2a").first


def test_a_starter_that_ran_and_was_changed_since_is_not_called_the_starter(opened):
    opened.run(tiny_course.STARTER)
    shows(opened, RIGHT)
    assert "has changed since it was run. Run" in said() and "as you got it" not in said()
    shows(opened, "")
    assert "is empty. reset" in said() and "as you got it" not in said()


def test_an_answer_that_ran_in_another_cell_is_no_change(opened):
    opened.run(RIGHT)
    shows(opened, tiny_course.STARTER)
    assert not exercise.check("1.2a").first


def test_an_emptied_cell_is_said_to_be_empty_and_an_old_error_is_not_repeated(opened):
    opened.run("def answer(:")
    assert "SyntaxError" in said()
    shows(opened, "  \n")
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "not attempted" and "SyntaxError" not in repr(verdict)
    assert 'is empty. reset("1.2a")' in repr(verdict)
    assert progress.standings()["1.2a"].attempts == 1
    opened.run(RIGHT)
    assert "is empty now: this is about what ran before" in said()


def test_reset_puts_the_starter_into_the_answer_cell_and_keeps_what_stood_there(opened):
    opened.run(WRONG)
    shows(opened, "an edit that never ran")
    note = lesson.reset("1.2a")
    data, metadata = note._repr_mimebundle_()
    assert metadata == {"course_reset": {"grade_id": "answer-1-2a", "source": tiny_course.STARTER}}
    assert "in its cell again. Your own text is kept in work/kept/1.2a-1.py" in data["text/plain"]
    assert (paths.kept() / "1.2a-1.py").read_text(encoding="utf-8") == "an edit that never ran\n"
    assert opened.next_inputs == []


def test_where_no_page_listens_the_starter_comes_in_one_new_cell(opened):
    opened.run(tiny_course.STARTER)
    opened.run(WRONG)
    assert "in the new cell below" in repr(lesson.reset("1.2a"))
    assert "below your last reset" in repr(lesson.reset("1.2a"))
    assert opened.next_inputs == [tiny_course.STARTER]
    opened.run(tiny_course.STARTER)
    lesson.reset("1.2a")
    assert len(opened.next_inputs) == 2


def test_an_untouched_exercise_has_nothing_to_keep(opened):
    shows(opened, tiny_course.STARTER)
    assert "kept" not in repr(lesson.reset("1.2a"))
    assert not paths.kept().exists()


@pytest.mark.parametrize(
    "metadata", [None, {}, {"course_answers": 5}, {"course_answers": {"answer-1-2a": 5}}]
)
def test_metadata_that_says_nothing_changes_nothing(opened, metadata: Any):
    opened.get_parent = lambda: {"metadata": metadata}
    opened.run(RIGHT)
    assert "done" in said()


def test_reset_of_an_unknown_exercise_is_a_sentence():
    with pytest.raises(CourseError, match="no exercise"):
        lesson.reset("1.2z")
