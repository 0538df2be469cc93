"""Messages between workers: who heard which."""

import pytest

from course import draw
from course.base.errors import CourseError

WRITTEN = [("worker 1", "A"), ("worker 2", "B")]


def test_without_a_carrier_each_client_hears_its_own_worker():
    picture = draw.news(WRITTEN, {"worker 1": ["A"], "worker 2": ["B"]})
    assert picture.text.splitlines() == [
        "message  written at  client of worker 1  client of worker 2",
        "A        worker 1    heard               ✗",
        "B        worker 2    ✗                   heard",
    ]
    assert picture.mermaid.count("--x") == 2 and picture.mermaid.count("->>") == 2


def test_over_a_carrier_a_message_goes_through_the_middle():
    picture = draw.news(WRITTEN, {"worker 1": ["A", "B"], "worker 2": ["A", "B"]}, "Valkey")
    lanes = [line.split(" as ")[1] for line in picture.mermaid.splitlines() if " as " in line]
    assert lanes == ["client of worker 1", "worker 1", "Valkey", "worker 2", "client of worker 2"]
    assert "--x" not in picture.mermaid and picture.mermaid.count("->>") == 8
    assert picture.text.count("heard") == 4


def test_many_messages_are_cut_in_the_picture_only():
    picture = draw.news([("worker 1", f"post {n}") for n in range(9)], {"worker 1": []})
    assert picture.mermaid.count("--x") == 6 and "and 3 more" in picture.mermaid
    assert picture.text.count("✗") == 9


def test_a_worker_whose_client_is_unknown_is_refused():
    with pytest.raises(CourseError, match="worker 2"):
        draw.news(WRITTEN, {"worker 1": ["A"]})
