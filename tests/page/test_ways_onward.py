"""Where a page leads: the end of a lesson, a verdict's links and buttons, the way back; none in stored outputs."""

from pathlib import Path
from urllib.parse import unquote

import pytest
import tiny_course
from learner import Learner, learner

from course.base import paths
from course.base.errors import CourseError
from course.content import catalog, notebook_file
from course.page import exercise, exercise_buttons, footer, history, lesson, links
from course.workspace import copies, progress

__all__ = ["learner"]

CHECKS = """
from course.checks import exercise, expect

@exercise("1.2a", hints=["What?", "Where?", "How."])
class TestAnswer:
    def test_it_gives_42(self, answer):
        expect(answer(), 42, tried="answer()")

@exercise("1.2b", hints=["What?", "Where?", "How."])
class TestOther:
    def test_it_gives_42(self, answer):
        expect(answer(), 42, tried="answer()")
"""
RIGHT, WRONG = "def answer():\n    return 42", "def answer():\n    return 41"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder, in which the kernel runs beside the pages of week 1."""
    work = tiny_course.make(tmp_path, monkeypatch)
    catalog.lesson("1.2").check_file.write_text(CHECKS, encoding="utf-8")
    solved = [
        tiny_course.cell("code", f"# ours\n{RIGHT}", nbgrader={"grade_id": f"answer-1-2{letter}"})
        for letter in "ab"
    ]
    tiny_course.write_notebook(catalog.lesson("1.2").solution_notebook, solved)
    copies.prepare()
    monkeypatch.chdir(work / "week1_start")
    return work


@pytest.fixture
def opened(folder: Path, learner: Learner) -> Learner:
    history.watch(learner)
    learner.run(tiny_course.STARTER)
    return learner


def checked(learner: Learner, answer: str) -> exercise.Verdict:
    learner.run(answer)
    return exercise.check("1.2a")


def target(address: str) -> Path:
    return Path(unquote(address.partition("#")[0]))


def test_every_link_leads_to_a_copy_beside_this_one(folder: Path) -> None:
    for each in catalog.lessons():
        assert target(links.to_lesson(each)).exists()
    assert target(links.to_exercises(catalog.lesson("1.2"))).exists()
    cells = notebook_file.read_cells(folder / "week1_start" / "1_2_exercises_second.ipynb")
    address, _, cell_id = links.to_exercise(catalog.exercise("1.2b")).partition("#cell-id=")
    assert target(address).exists()
    assert "## 1.2b" in next(each["source"] for each in cells if each["id"] == cell_id)


def test_elsewhere_links_lead_to_the_pages_as_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(paths.NOTEBOOKS / "week1_start")
    assert target(links.to_lesson(catalog.lesson("1.1"))).exists()
    assert target(links.to_exercises(catalog.lesson("1.2"))).exists()


def test_a_lesson_ends_with_guesses_exercises_and_the_ways_on(opened: Learner) -> None:
    asking = tiny_course.cell("code", 'guess = predict("A?", [1, 2])\n')
    other = tiny_course.cell("code", 'predict(\n    "B?", [1, 2])')
    page = catalog.lesson("1.2").notebook
    tiny_course.write_notebook(page, [*notebook_file.read_cells(page), asking, other])
    lesson.lesson("1.2")
    assert "Guesses: none of 2." in repr(footer.finish())
    progress.record("guess", "1.2", question="A?", chosen="1")
    progress.record("guess", "1.2", question="A?", chosen="2", right=True)
    progress.record("guess", "1.2", question="B?", chosen="1", right=False)
    checked(opened, RIGHT)
    shown = footer.finish()
    assert shown.facts() == ["Guesses: 2 of 2, 1 of them right.", "Exercises: 1 of 2 done."]
    assert [words for _, words in shown.next()] == ["the exercises of lesson 1.2", "lesson 1.3, Lesson 1.3"]
    html = shown._repr_mimebundle_()["text/html"]
    assert 'href="1_2_exercises_second.ipynb"' in html and 'href="1_3_third.ipynb"' in html


def test_exercises_that_are_done_are_not_what_comes_next(opened: Learner) -> None:
    lesson.lesson("1.2")
    checked(opened, RIGHT)
    exercise.check("1.2b")
    assert footer.finish().facts()[1] == "Exercises: 2 of 2 done."
    assert [words for _, words in footer.finish().next()] == ["lesson 1.3, Lesson 1.3"]


def test_the_last_lesson_has_no_next_one(opened: Learner) -> None:
    lesson.lesson("1.3")
    assert footer.finish().next() == []


def test_the_end_before_the_beginning_is_a_sentence(learner: Learner) -> None:
    with pytest.raises(CourseError, match="Run All Above"):
        footer.finish()


def test_the_exercises_lead_back_to_their_lesson(opened: Learner) -> None:
    card = lesson.lesson("1.2", exercises=True)._repr_mimebundle_()["text/html"]
    assert '<a href="1_2_second.ipynb">lesson 1.2</a>' in card


def test_a_done_exercise_leads_to_the_next_open_one_and_then_to_the_next_lesson(opened: Learner) -> None:
    verdict = checked(opened, RIGHT)
    assert [words for _, words in verdict.onwards] == ["exercise 1.2b, Task 1.2b"]
    assert "Next: <a href=" in verdict._repr_mimebundle_()["text/html"]
    exercise.check("1.2b")
    assert [words for _, words in exercise.check("1.2b").onwards] == ["lesson 1.3, Lesson 1.3"]


def test_the_first_page_follows_a_check_as_soon_as_its_cell_has_ended(opened: Learner, folder: Path) -> None:
    lesson.lesson("1.2", exercises=True)
    checked(opened, RIGHT)
    page = folder / "start_here.md"
    assert "Welcome." in page.read_text(encoding="utf-8")
    opened.run("pass")
    assert "You have done 1 of 2" in page.read_text(encoding="utf-8")
    page.unlink()
    opened.run("pass")
    assert not page.exists()


def test_a_first_page_that_cannot_be_written_stops_no_check(opened: Learner, folder: Path) -> None:
    lesson.lesson("1.2", exercises=True)
    (folder / "start_here.md").mkdir()
    assert checked(opened, RIGHT).outcome == "done"
    assert opened.run("pass") is None


def press(verdict: exercise.Verdict, label: str) -> str:
    box = exercise._buttons(verdict).box()
    (button,) = [each for each in box.children[0].children if each.description == label]
    button.click()
    return box.children[1].outputs[0]["data"]["text/plain"]


def test_a_failed_check_offers_hints_one_by_one_and_a_solution(opened: Learner) -> None:
    verdict = checked(opened, WRONG)
    assert [press(verdict, "Hint")[:11] for _ in range(2)] == ["Hint 1 of 3", "Hint 2 of 3"]
    assert "# ours" in press(verdict, "Solution")
    assert progress.standings()["1.2a"].hints == 2


def test_a_done_answer_can_be_compared_with_the_courses(opened: Learner) -> None:
    said = press(checked(opened, RIGHT), "Compare with the course's answer")
    assert said.index("Yours") < said.index(RIGHT) < said.index("# ours")


def test_a_button_that_cannot_answer_says_why() -> None:
    def refuse() -> None:
        raise CourseError("The file is gone.")

    box = exercise_buttons.Buttons("", [("Hint", refuse)]).box()
    box.children[0].children[0].click()
    assert box.children[1].outputs[0]["data"]["text/plain"] == "The file is gone."


def test_where_there_are_no_buttons_words_say_what_to_call(opened: Learner) -> None:
    verdict = checked(opened, WRONG)
    bundle = exercise._buttons(verdict)._repr_mimebundle_()
    assert 'Stuck? hint("1.2a").' in bundle["text/plain"] and "Stuck?" in bundle["text/html"]


@pytest.mark.parametrize("answer", [RIGHT, WRONG])
def test_a_run_that_is_not_a_learners_shows_a_verdict_and_nothing_else(
    opened: Learner, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    verdict = checked(opened, answer)
    assert not isinstance(verdict, exercise.Shown) and verdict.onwards == []
