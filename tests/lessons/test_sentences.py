"""Each sentence of an exercise is held by an expectation, or the file says why none has to; each expectation holds one."""

import pytest

from course.authoring.mutate import sentences
from course.base import paths
from course.content import catalog

LESSONS = catalog.lessons()


@pytest.mark.parametrize("exercise_id", [each.id for lesson in LESSONS for each in lesson.exercises])
def test_each_sentence_is_held_and_each_expectation_holds_one(exercise_id: str):
    assert not (problems := sentences.problems(exercise_id)), "\n".join(problems)


def test_each_file_is_a_lesson_s():
    known = {sentences.file_of(lesson) for lesson in LESSONS}
    assert set((paths.ROOT / "tests" / "sentences").rglob("*.toml")) == known
