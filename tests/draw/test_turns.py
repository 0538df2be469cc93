"""The picture of steps that several tasks took in turn."""

import pytest

from course import draw
from course.base.errors import CourseError

STEPS = [("first", "has the row"), ("second", "asks"), ("first", "commits; done")]


def test_each_step_stands_in_its_lane_in_order() -> None:
    lines = [line.strip() for line in draw.turns(STEPS).mermaid.splitlines()]
    assert [line for line in lines if line.startswith("participant")] == [
        "participant L0 as first",
        "participant L1 as second",
    ]
    assert [line for line in lines if line.startswith("Note")] == [
        "Note over L0: has the row",
        "Note over L1: asks",
        "Note over L0: commits#59; done",
    ]


def test_the_text_has_a_column_for_each_lane() -> None:
    rows = draw.turns(STEPS).text.splitlines()
    assert rows[0].split() == ["first", "second"]
    at = rows[0].index("second")
    assert [row[:at].strip() for row in rows[1:]] == ["has the row", "", "commits; done"]
    assert [row[at:].strip() for row in rows[1:]] == ["", "asks", ""]


@pytest.mark.parametrize(
    "steps",
    [[], [("one", "step")] * 21, [(f"task {number}", "step") for number in range(6)]],
    ids=["none", "too many steps", "too many lanes"],
)
def test_what_cannot_be_read_is_refused(steps: list[tuple[str, str]]) -> None:
    with pytest.raises(CourseError, match=f"these are {len(steps)} steps"):
        draw.turns(steps)
