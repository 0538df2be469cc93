"""The picture of steps that are taken again and again."""

import pytest

from course import draw
from course.base.errors import CourseError

STEPS = {"edit": "2 lines", "read it": "", "run": None}


def test_the_steps_follow_each_other_and_the_last_leads_back_to_the_first() -> None:
    drawn = draw.loop(STEPS, again="the next change").mermaid
    for arrow in ["s0 ==> s1", "s1 ==> s2", 's2 -.->|"the next change"| s0']:
        assert arrow in drawn
    assert drawn.count("==>") == len(STEPS) - 1


def test_each_step_shows_its_number_and_what_came_of_it() -> None:
    picture = draw.loop(STEPS)
    assert '"1 · edit<br/>2 lines"' in picture.mermaid
    assert '"2 · read it"' in picture.mermaid
    assert [line.split() for line in picture.text.splitlines()] == [
        ["1", "edit", "2", "lines"],
        ["2", "read", "it"],
        ["3", "run", "not", "yet"],
        ["→", "again:", "1"],
    ]


def test_a_step_that_was_not_taken_is_dashed_and_no_other() -> None:
    lines = draw.loop(STEPS).mermaid.splitlines()
    assert [line for line in lines if ":::waiting" in line] == [line for line in lines if "3 · run" in line]


def test_what_mermaid_would_read_as_its_own_is_shown_as_it_is() -> None:
    drawn = draw.loop({'say "hi"; #1': "<b>", "stop": "done"}).mermaid
    assert '"hi"' not in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize("steps", [{}, {"edit": ""}, dict.fromkeys(map(str, range(11)), "")])
def test_too_few_and_too_many_steps_are_refused_with_what_to_give(steps: dict[str, str]) -> None:
    with pytest.raises(CourseError, match=rf"these are {len(steps)}\. Give a dict"):
        draw.loop(steps)
