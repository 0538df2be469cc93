"""Tests are graded by broken apps: the right app first, then each mistake until a test notices it."""

import pytest

from course.base.errors import CourseError
from course.content.variants import Change, Variant
from course.suites import grading
from course.suites.grading import ANSWER, Grading

APP = {"app/__init__.py": "", "app/sums.py": "def add(a, b):\n    return a + b\n"}


def variant(name: str, new: str) -> Variant:
    change = Change("app/sums.py", "add", "a + b", new)
    return Variant(name, "sums", f"A sum is {new}.", (change,))


VARIANTS = [
    variant("minus", "a - b"),
    variant("other", "b + a"),
    variant("hangs", "__import__('time').sleep(600)"),
]


def graded(text: str, seconds: float = 60) -> Grading:
    return Grading(APP, {ANSWER: "from app.sums import add\n" + text}, VARIANTS, seconds)


def test_a_mistake_is_noticed_by_the_first_test_that_fails():
    found = graded(
        "def test_none(): assert add(0, 0) == 0\ndef test_two(): assert add(1, 2) == 3\n", seconds=20
    )
    assert [each.outcome for each in found.right().results] == ["passed", "passed"]
    assert [each.by for each in found.fates()[:2]] == ["test_two", ""]
    assert found.fate("hangs").by.startswith("It had not ended after")


def test_nothing_runs_twice_and_nothing_before_it_is_asked_for(monkeypatch):
    found, ran = graded("def test_two(): assert add(1, 2) == 3\n"), []
    one = Grading._one

    def counted(self, chosen):
        ran.append(chosen.name)
        return one(self, chosen)

    monkeypatch.setattr(Grading, "_one", counted)
    found.variants = VARIANTS[:2]
    assert ran == []
    assert found.fate("other").by == ""
    assert sorted(ran) == ["minus", "other"]  # two at once
    found.fates()
    assert found.fate("minus").noticed
    assert len(ran) == 2


def test_an_app_that_does_not_load_is_noticed():
    found = graded("def test_two(): assert add(1, 2) == 3\n")
    found.variants = [variant("name", "a + c")]
    assert found.fate("name").by == "test_two"


def test_a_lesson_lends_its_fixtures_and_none_of_its_tests():
    found = grading.of_lesson("5.7", {ANSWER: "def test_a(): ...\n"}, ["commit-left-out"])
    assert [each.name for each in found.variants] == ["commit-left-out"]
    assert set(found.tests) == {ANSWER}
    assert "app/main.py" in found.app
    with pytest.raises(CourseError, match="There is no mistake called"):
        grading.of_lesson("5.7", {}, ["nobody-knows-it"])
