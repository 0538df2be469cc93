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
