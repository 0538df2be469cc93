"""How the checks stand against mutants of the official answers: each is found out, or its reason is written down.

The tests of one lesson are one group, as in test_answers: one process judges them, with that lesson's app and tables.
"""

from collections.abc import Iterator

import pytest

from course.authoring.mutate import explained, outcome
from course.authoring.mutate.court import Court
from course.base import paths
from course.content import catalog


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    """One process for all mutants that a worker judges."""
    with Court() as made:
        yield made


@pytest.mark.deep
@pytest.mark.parametrize(
    "exercise_id", [each.id for lesson in catalog.lessons() for each in lesson.exercises]
)
def test_no_mutant_survives_unexplained(exercise_id: str, court: Court) -> None:
    assert not (problem := outcome.problem(outcome.of_exercise(exercise_id, court))), problem


def test_each_explanation_belongs_to_an_exercise():
    lessons = {explained.file_of(lesson): lesson for lesson in catalog.lessons()}
    for path in (paths.ROOT / "tests" / "mutants").rglob("*.txt"):
        assert path in lessons, f"{path} belongs to no lesson"
        known = {each.id for each in lessons[path].exercises}
        assert {each.exercise_id for each in explained.read(path)} <= known
