"""A review: its page, its questions, and what is said of an answer."""

from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

from course.base.errors import CourseError
from course.content import questions
from course.page import predict
from course.recall import review_page
from course.recall._again import NOT_CHOSEN, Again, again
from course.recall._reviewed import reviewed
from course.recall.program import needs_database
from course.workspace import progress, reviews

ROUTES = next(each for each in questions.questions() if each.id == "1.2 route-order")


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    return tmp_path


def answers() -> list[tuple[str, bool]]:
    return [(each["question"], each["right"]) for each in progress.events() if each["event"] == "review"]


def test_a_right_answer_is_said_and_logged(capsys: pytest.CaptureFixture[str]):
    asked = Again(ROUTES, 1)
    asked.choose("422")
    why = str(asked.run())
    assert capsys.readouterr().out == "It is 422. You said so.\n"
    assert why.startswith(ROUTES.variation(1).why) and "See 1.2: " in why
    assert answers() == [("route-order", True)]


def test_an_answer_is_no_guess_of_the_lesson():
    asked = Again(ROUTES, 1)
    asked.choose("422")
    asked.run()
    assert progress.guesses("1.2") == {}


def test_a_wrong_answer_is_answered_by_its_own_sentence(capsys: pytest.CaptureFixture[str]):
    asked = Again(ROUTES, 0)
    asked.choose("200")
    asked.run()
    said = capsys.readouterr().out
    assert said.split() == f"It is 422. You said 200. {ROUTES.wrong['200']}".split()
    assert max(map(len, said.splitlines())) <= predict.WIDTH
    assert answers() == [("route-order", False)]


def test_without_a_choice_nothing_counts(capsys: pytest.CaptureFixture[str]):
    why = Again(ROUTES, 0).run()
    assert capsys.readouterr().out == "It is 422.\n" and str(why).endswith(NOT_CHOSEN) and answers() == []


def test_a_question_with_a_database_gets_one_of_its_own():
    held = next(each for each in questions.questions() if needs_database(each.code))
    asked = Again(held, 0)
    asked.choose(held.variation(0).right)
    asked.run()
    assert answers() == [(held.name, True)]


def test_the_place_of_an_option_does_not_give_it_away():
    many = [each for each in questions.questions() if len(each.options) > 2]
    places = {Again(each, row).options.index(each.variation(row).right) for each in many for row in range(2)}
    assert len(places) > 2
    first = [Again(each, 0).options for each in many]
    assert first == [Again(each, 0).options for each in many]


def test_the_link_leads_to_a_section_of_every_question():
    for each in questions.questions():
        cell, heading = questions.place(each)
        assert cell and heading, each.id


def test_a_question_that_is_gone_is_said_so():
    with pytest.raises(CourseError, match='no question "1.2 never" any more'):
        again("1.2 never")


def test_a_page_asks_runs_and_closes_and_no_page_is_written_over(work: Path):
    progress.record("lesson", "1.2")
    path, other = review_page.make(), review_page.make()
    assert path.parent == work / "review" and path != other
    page = nbformat.read(path, as_version=4)
    nbformat.validate(page)
    code = [cell.source for cell in page.cells if cell.cell_type == "code"]
    asked = reviews.chosen(datetime.now(UTC))
    number, minutes = len(asked), reviews.minutes(asked)
    assert code[0] == "from course import recall" and code[-1] == "recall.reviewed()"
    assert [line for line in code if ".run()" in line] == [
        f"{name}.run()" for name in review_page.NAMES[:number]
    ]
    assert f"{number} questions, about {minutes} minutes" in page.cells[0].source


def test_another_variation_is_asked_each_time():
    progress.record("lesson", "1.2")
    reviews.record(ROUTES, "422", right=False)
    entry = next(each for each in reviews.memories() if each.question.id == ROUTES.id)
    assert ROUTES.variation(len(entry.answers)) != ROUTES.variation(0)


def test_before_the_first_lesson_and_when_nothing_is_due_a_sentence_says_so():
    with pytest.raises(CourseError, match="open a lesson first"):
        review_page.make()
    progress.record("lesson", "1.2")
    for each in questions.of_lesson("1.2"):
        reviews.record(each, each.right, right=True)
    with pytest.raises(CourseError, match=r"Nothing is due today. The next question is due in \d+ days."):
        review_page.make()


def test_a_question_that_left_the_course_is_named_once():
    progress.record("lesson", "1.2")
    progress.record("review", "1.2", question="once-asked", chosen="200", right=True)
    first, second = (nbformat.read(review_page.make(), as_version=4).cells[0].source for _ in range(2))
    assert "1.2 once-asked is no longer asked" in first and "once-asked" not in second


def test_the_end_says_how_it_went_and_what_comes():
    assert "Nothing was answered today" in str(reviewed())
    progress.record("lesson", "1.2")
    held = questions.of_lesson("1.2")
    for each in held:
        reviews.record(each, each.right, right=each is not held[0])
    said = str(reviewed())
    assert said.startswith(f"{len(held) - 1} of {len(held)} right today.") and "Coming due: " in said
