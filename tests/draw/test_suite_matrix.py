"""The picture of week 6: which test notices what."""

import pytest

from course import draw
from course.base.errors import CourseError
from course.suites.suite import SuiteRun, TestResult


def run(**outcomes: str) -> SuiteRun:
    return SuiteRun(tuple(TestResult("tests/test_x.py", name, outcome) for name, outcome in outcomes.items()))


RUNS = {
    "right": run(test_a="passed", test_b="passed"),
    "a <mistake>": run(test_a="failed", test_b="error", test_c="skipped"),
}


def test_each_test_is_a_row_and_each_app_a_column() -> None:
    lines = [line.split() for line in str(draw.suite_matrix(RUNS)).splitlines()]
    assert lines[1:] == [["test_a", "✓", "✗"], ["test_b", "✓", "✗"], ["test_c", "–", "–"]]


def test_names_are_text_and_each_mark_stands_in_its_cell() -> None:
    html = draw.suite_matrix(RUNS).html
    assert "a &lt;mistake&gt;" in html and "<mistake>" not in html
    assert html.count("✓") == 2 and html.count("✗") == 2 and html.count("–") == 2


def test_runs_without_a_test_are_a_sentence() -> None:
    with pytest.raises(CourseError, match="none of these runs has run a test"):
        draw.suite_matrix({"right": SuiteRun((), "pytest found no test.")})


def test_a_run_leads_to_what_failed() -> None:
    red = TestResult("tests/test_x.py", "test_b", "failed", "assert a == <b>", "assert 1 == 2")
    found = SuiteRun((TestResult("tests/test_x.py", "test_a", "passed"), red))
    picture = draw.suite_run(found)
    assert picture.text.split() == ["✓", "test_a", "✗", "test_b", *red.line.split(), *red.says.split()]
    assert picture.mermaid.count("-->") == 2 and picture.mermaid.count("==>") == 1
    assert "assert 1 == 2" in picture.mermaid and "<b>" not in picture.mermaid


def test_of_many_tests_some_are_drawn_and_the_rest_is_counted() -> None:
    found = run(**{f"test_{number}": "passed" for number in range(20)})
    assert "12 more" in draw.suite_run(found).mermaid


def test_a_run_without_tests_says_why() -> None:
    assert draw.suite_run(SuiteRun((), "pytest found no test.")).text == "pytest found no test."
