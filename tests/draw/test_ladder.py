"""draw.ladder: the stages of a project, and what has changed since an earlier report."""

import json

import pytest

from course import draw
from course.base.errors import CourseError
from course.projects.ladder import Line, Rung
from course.projects.outcome import Outcome
from course.projects.report import Report


def exported(*outcomes: tuple[str, ...]) -> dict[str, object]:
    """A report as the check exports it: a stage for each of these, a requirement for each outcome."""
    rungs = tuple(
        Rung(
            number,
            f"Stage <{number}>",
            tuple(
                Line(f"{number}.{place}", f"r{place}", 'It says "no".', Outcome(outcome))
                for place, outcome in enumerate(lines, start=1)
            ),
        )
        for number, lines in enumerate(outcomes, start=1)
    )
    return dict(json.loads(Report("todo", "work/projects/todo", 1, rungs).as_json()))


BEFORE = exported(("not yet", "done"), ("not reached", "not tried"))
AFTER = exported(("done", "done"), ("not yet", "not tried"))


def test_each_requirement_has_its_mark() -> None:
    assert " ".join(str(draw.ladder(BEFORE)).split()) == "1 Stage <1> ✗ ✓ 2 Stage <2> · –"


def test_what_has_changed_stands_out() -> None:
    drawn = draw.ladder(AFTER, BEFORE)
    assert " ".join(str(drawn).split()) == "1 Stage <1> ✗→✓ ✓ 2 Stage <2> ·→✗ –"
    assert drawn.html.count("outline") == 2 * 2


def test_a_sentence_is_under_the_pointer_and_its_signs_are_data() -> None:
    drawn = draw.ladder(BEFORE)
    assert drawn.html.count('title="1.1 It says &quot;no&quot;."') == 1
    assert "Stage &lt;1&gt;" in drawn.html and "outline" not in drawn.html


@pytest.mark.parametrize("report", [{}, {"stages": [{"number": 1}]}, []])
def test_something_else_is_refused(report: dict[str, object]) -> None:
    with pytest.raises(CourseError, match="--export"):
        draw.ladder(report)
