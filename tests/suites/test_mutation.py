"""mutmut on a toy: which mutants live, as text and as a picture."""

import pytest

from course import draw
from course.base.errors import CourseError
from course.suites import mutation
from course.suites.mutation import run_mutants
from course.suites.page_run import toy

CODE = '''
def fee(days: int) -> int:
    """What a late book costs."""
    return days * 2 if days > 0 else 0
'''
TESTS = """
from late.fees import fee


def test_fee() -> None:
    assert fee(3) == 6
"""


@pytest.fixture
def files() -> None:
    toy("late/fees.py", CODE)
    toy("late/test_fees.py", TESTS)


def test_mutants_that_no_test_notices_are_named_with_their_line(files: None) -> None:
    found = run_mutants("late/fees.py", "late/test_fees.py")
    alive = {(each.line, each.new) for each in found.survivors}
    assert (3, "return days * 2 if days > 1 else 0") in alive
    assert not any("days / 2" in each.new or "days * 3" in each.new for each in found.survivors)
    assert len(found.survivors) < len(found.mutants)
    assert repr(found).startswith(f"{len(alive)} of {len(found.mutants)} mutants survive\n")


def test_tests_that_fail_anyway_are_a_sentence(files: None) -> None:
    toy("late/test_fees.py", TESTS.replace("6", "7"))
    with pytest.raises(CourseError, match="Do its tests pass"):
        run_mutants("late/fees.py", "late/test_fees.py")


def test_a_file_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(CourseError, match="There is no late/nothing.py here"):
        run_mutants("late/nothing.py", "late/test_fees.py")


def test_a_system_without_fork_is_a_sentence(files: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mutation.os, "fork")
    found = run_mutants("late/fees.py", "late/test_fees.py")
    assert found.survivors == () and "Windows" in repr(found)
    with pytest.raises(CourseError, match="Windows"):
        draw.mutants({"a": found})
