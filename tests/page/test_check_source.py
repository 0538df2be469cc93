"""A check can be read: the class that checks an exercise, and nothing else of its file."""

import pytest

from course import check_source
from course.base.errors import CourseError


def test_the_class_of_an_exercise_is_shown_whole() -> None:
    text = repr(check_source("1.1c"))
    assert text.startswith("class TestStatus:") and "def judge(" in text
    assert "@exercise" not in text and "TestRequest" not in text


def test_it_is_code_on_a_page() -> None:
    assert check_source("1.1c")._repr_mimebundle_()["text/markdown"].startswith("```python\nclass TestStatus")


def test_an_unknown_exercise_is_a_sentence() -> None:
    with pytest.raises(CourseError):
        check_source("1.1z")
