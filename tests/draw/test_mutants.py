"""The pictures of mutants: line by line under several suites, and the survivors of one."""

import pytest

from course import draw
from course.base.errors import CourseError
from course.suites.mutation import Mutant, MutantRun


def test_each_line_has_a_square_for_each_mutant() -> None:
    made = (Mutant(1, "a <b", "a", True), Mutant(1, "a <b", "b", False), Mutant(3, "c", "d", False))
    picture = draw.mutants({"calls": MutantRun("a <b\n\nc", made), "none": MutantRun("a <b\n\nc", ())})
    assert [line.split() for line in str(picture).splitlines()] == [
        ["calls", "none"],
        ["a", "<b", "□■"],
        ["c", "■"],
    ]
    assert "a &lt;b" in picture.html and picture.html.count("□") == 1


def test_survivors_are_drawn_behind_their_line() -> None:
    made = (Mutant(1, "a < b", "a <= b", True), Mutant(1, "a < b", "a > b", True), Mutant(3, "c", "d", False))
    picture = draw.survivors(MutantRun("a < b\n\nc", made))
    assert picture.text.splitlines()[0] == "1 of 3 noticed"
    assert picture.mermaid.count("==>") == 2 and picture.mermaid.count("-->") == 1
    assert draw.survivors(MutantRun("", (), "No fork.")).text == "No fork."


def test_runs_without_a_mutant_are_a_sentence() -> None:
    with pytest.raises(CourseError, match="no run has made a mutant. No fork."):
        draw.mutants({"a": MutantRun("", (), "No fork.")})
