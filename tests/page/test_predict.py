"""predict: a guess is kept over re-runs, restarts and days, and changes nothing where nobody guessed."""

import os
from pathlib import Path

import pytest
import tiny_course
from learner import Learner, learner

from course.base import paths
from course.content import questions
from course.page import lesson, predict
from course.workspace import progress

__all__ = ["learner"]

QUESTION, OPTIONS = "Which status?", [200, 201, 422]


ENTRY = f"""[[question]]
name = "status"
predict = "{QUESTION}"
question = "Which status?"
options = ["422", "200"]
right = "422"
why = "It is so."
code = "print(422)"
topics = []
wrong = {{ 200 = "PATCH would do that." }}
"""


@pytest.fixture(autouse=True)
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learner: Learner) -> None:
    tiny_course.make(tmp_path, monkeypatch)
    questions.FOLDER.mkdir()
    (questions.FOLDER / "1.2.toml").write_text(ENTRY, encoding="utf-8")
    lesson.lesson("1.2")


def asked() -> predict.Guess:
    return predict.Guess(QUESTION, OPTIONS)


def radio(guess: predict.Guess):
    return guess._buttons().children[1]


def test_a_click_is_still_there_when_the_cell_is_run_again():
    radio(asked()).value = "201"
    again = asked()
    assert again.chosen == radio(again).value == "201"


def test_where_there_are_no_buttons_the_guess_is_read_in_the_text():
    bundle = asked()._repr_mimebundle_()
    assert "your guess" not in bundle["text/html"] and "●" not in bundle["text/plain"]
    asked().choose("201")
    bundle = asked()._repr_mimebundle_()
    assert "<strong>201</strong> (your guess)" in bundle["text/html"] and "● 201" in bundle["text/plain"]


def test_the_next_kernel_finds_it_in_the_log():
    radio(asked()).value = "201"
    assert [entry["chosen"] for entry in progress.events() if entry["event"] == "guess"] == ["201"]
    progress._unsaved.clear()
    assert asked().chosen == "201"


def test_a_guess_belongs_to_its_lesson_and_its_question():
    radio(asked()).value = "201"
    assert predict.Guess("Another?", OPTIONS).chosen is None
    lesson.lesson("1.3")
    assert asked().chosen is None


def test_an_option_that_is_gone_is_no_guess():
    radio(asked()).value = "201"
    assert predict.Guess(QUESTION, [200, 404]).chosen is None


def test_without_a_guess_always_the_same_words_and_nothing_is_logged(capsys):
    guess = predict.predict(QUESTION, OPTIONS)
    before = paths.progress_log().read_text(encoding="utf-8")
    capsys.readouterr()
    guess.compare(422)
    assert capsys.readouterr().out == "It is 422.\n"
    assert paths.progress_log().read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("422", "It is 422. You said so.\n"),
        ("200", "It is 422. You said 200. PATCH would do that.\n"),
        ("201", "It is 422. You said 201. The text below says why.\n"),
    ],
)
def test_a_guess_is_answered_with_a_word_on_the_option_that_was_chosen(capsys, chosen, said):
    guess = asked()
    guess.choose(chosen)
    guess.compare(422)
    assert capsys.readouterr().out == said
    assert progress.guesses("1.2") == {QUESTION: progress.GuessRecord(chosen, chosen == "422")}


def test_a_question_that_is_over_becomes_a_text_that_needs_no_kernel():
    shown = []

    class Handle:
        def update(self, what):
            shown.append(what)

    guess = asked()
    guess.handle = Handle()
    guess.compare(422)
    assert shown == []  # nobody guessed: the question stays as it is
    guess.choose("201")
    guess.compare(422)
    bundle = shown[0]._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "● 201" in bundle["text/plain"] and "<strong>201</strong> (your guess)" in bundle["text/html"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_guess_that_cannot_be_saved_says_so():
    paths.progress_log().chmod(0o400)
    guess = asked()
    box = guess._buttons()
    box.children[1].value = "201"
    assert "was not saved" in box.children[2].value


def test_before_the_lessons_cell_a_question_can_be_asked_all_the_same(monkeypatch):
    monkeypatch.setattr(lesson, "current", None)
    guess = asked()
    guess.choose("201")
    guess.compare(201)
    assert not [entry for entry in progress.events() if entry["event"] == "guess"]
