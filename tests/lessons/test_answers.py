"""How the checks are judged: no right answer refused, no wrong one accepted, no starter that passes.

The tests of one lesson are one group (`authoring/proof_plugin`): a process that runs a group has that lesson's app and tables at hand.
"""

import ast
from collections import Counter

import pytest

from course.authoring import judge
from course.checks import attempt, hints
from course.content import catalog


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize by the answers, exercises or lessons that there are."""
    lessons = catalog.lessons()
    found = {
        "answer": [(str(each), each) for lesson in lessons for each in judge.answers(lesson.answers_file)],
        "exercise": [(each.id, each) for lesson in lessons for each in lesson.exercises],
        "lesson": [(lesson.id, lesson) for lesson in lessons],
    }
    for name in found.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, [pytest.param(value, id=label) for label, value in found[name]])


def test_an_answer_is_judged_as_it_should_be(answer):
    assert not judge.problem(answer)


def test_the_official_answer_is_accepted(exercise):
    found = judge.verdict(exercise.id, catalog.official(exercise.id))
    assert found.outcome == "done", str(found)


def test_an_unchanged_starter_is_not_attempted_and_would_fail(exercise):
    assert attempt.defined(catalog.starter(exercise.id)), "without a name no attempt could be told from it"
    assert judge.verdict(exercise.id, catalog.starter(exercise.id)).outcome == "not attempted"
    assert judge.starter_verdict(exercise.id).outcome != "done"


def test_it_has_enough_answers_to_be_judged_by(exercise):
    written = judge.answers(catalog.lesson(exercise.lesson).answers_file)
    kinds = Counter(answer.kind for answer in written if answer.exercise_id == exercise.id)
    assert kinds["accept"] >= 1
    assert kinds["reject"] >= 3


def test_no_two_exercises_make_the_same_name(lesson):
    """Else running one would change what the check of the other looks at."""
    seen: dict[str, str] = {}
    for exercise in lesson.exercises:
        for name in attempt.defined(catalog.official(exercise.id)):
            assert seen.setdefault(name, exercise.id) == exercise.id, name


def test_no_check_has_a_bare_assert(lesson):
    """It would tell a learner nothing; expect and require say what was tried and what came back."""
    tree = ast.parse(lesson.check_file.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def test_hints_rise_in_three_steps(lesson):
    for exercise in lesson.exercises:
        assert len(hints.hints(exercise.id)) >= 3
