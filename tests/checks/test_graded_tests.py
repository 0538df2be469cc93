"""The learner's tests as an answer: what is said of right ones, weak ones and ones that do not run."""

import linecache
from types import SimpleNamespace

import pytest

from course.base.errors import ExpectationFailed
from course.checks import GradedTests
from course.checks.expectations import remarks
from course.checks.one_check import one_check

TEXT = "def add(a, b):\n    return a + b\n"
MISTAKES = {"minus": ("A sum is a difference.", "add", "a + b", "a - b")}


def graded(text: str, name: str = "TestAdd") -> GradedTests:
    """The class of a cell, as a notebook would define it."""
    file = f"<ipython-input-{abs(hash(text))}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict = {}
    exec(compile(text, file, "exec"), namespace)
    return GradedTests.of_text(namespace[name], "sums.py", TEXT, MISTAKES)


def cell(body: str) -> str:
    return f"import pytest\n\nclass TestAdd:\n    def test_two(self, add):\n        {body}\n"


def said(call, *arguments) -> ExpectationFailed:
    with pytest.raises(ExpectationFailed) as caught:
        call(*arguments)
    return caught.value


def test_good_tests_pass_and_notice_and_the_verdict_says_which_did() -> None:
    tests = graded(cell("assert add(1, 2) == 3"))
    told = SimpleNamespace(remark="")
    with remarks(told):
        assert tests.pass_on_the_right_app() == 1
        tests.notice("minus", "Add two numbers.")
        tests.notice("minus", "Add two numbers.")
    assert told.remark == "1 of 1 pass, noticed by test_two"


def test_weak_tests_get_the_mistake_in_words_and_a_hint() -> None:
    unmet = said(graded(cell("assert add(1, 0) == 1")).notice, "minus", "Add two numbers.")
    assert unmet.tried == "the tests of TestAdd, on a sums.py with a mistake in it: A sum is a difference."
    assert (unmet.got, unmet.meaning) == ("'all pass'", "Add two numbers.")


def test_tests_that_fail_on_the_right_code_are_graded_no_further() -> None:
    tests = graded(cell("assert add(1, 2) == 4"))
    assert "test_two: assert 3 == 4, at: assert add(1, 2) == 4" in said(tests.pass_on_the_right_app).got
    assert said(tests.notice, "minus", "").got == "'1 of 1 fail'"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        (cell("assert add(1, two) == 3"), "The cell is the whole test file"),
        (cell("assert add(1, 2) == 4"), "asks for something that is not promised"),
    ],
)
def test_a_name_of_another_cell_is_told_as_what_it_is(text: str, means: str) -> None:
    assert means in said(graded(text).pass_on_the_right_app).meaning


@pytest.mark.parametrize(
    ("text", "got"),
    [
        (cell("pytest.skip('later')"), "test_two is skipped"),
        (cell("import os; os._exit(1)"), "Its process ended before pytest did."),
        (cell("assert add(1, 2) == 3") + "\nimport nowhere_at_all\n", "your cell cannot be imported"),
    ],
)
def test_tests_that_do_not_run_are_told_so(text: str, got: str) -> None:
    file = f"<ipython-input-{abs(hash(text))}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict = {}
    exec(compile(text.replace("import nowhere_at_all", ""), file, "exec"), namespace)
    tests = GradedTests.of_text(namespace["TestAdd"], "sums.py", TEXT, MISTAKES)
    assert got in said(tests.pass_on_the_right_app).got


def test_a_class_without_tests_is_told_so() -> None:
    unmet = said(graded, "class TestAdd:\n    def check(self): ...\n")
    assert "whose names begin with test_" in unmet.tried


def test_all_expectations_of_a_check_share_the_runs() -> None:
    text = cell("assert add(1, 2) == 3")
    first = graded(text)
    first.notice("minus", "")
    assert graded(text).grading is first.grading
    assert graded(cell("assert add(2, 2) == 4")).grading is not first.grading


def test_a_suite_that_does_not_run_is_run_once_in_a_check_and_again_in_the_next() -> None:
    text = cell("import os; os._exit(1)")
    with one_check():
        first = graded(text)
        said(first.pass_on_the_right_app)
        assert graded(text).grading is first.grading
    with one_check():
        assert graded(text).grading is not first.grading
