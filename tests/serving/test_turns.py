"""Turns: steps of several threads in one order."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from course import Turns
from course.base.errors import CourseError
from course.serving import turns as module


def test_the_steps_happen_in_the_order_that_was_asked_for():
    turns, happened = Turns("A reads", "B reads", "B writes", "A writes"), []

    def both(who: str) -> None:
        for step in (f"{who} reads", f"{who} writes"):
            with turns.take(step):
                happened.append(step)

    with ThreadPoolExecutor() as threads:
        list(threads.map(both, ["B", "A"]))
    assert happened == ["A reads", "B reads", "B writes", "A writes"]


def test_an_error_in_a_step_lets_the_next_one_go_on():
    turns = Turns("A writes", "B writes")
    with pytest.raises(ZeroDivisionError), turns.take("A writes"):
        _ = 1 / 0
    with turns.take("B writes"):
        pass


def test_a_step_that_is_not_to_come_is_named():
    turns = Turns("A reads")
    with (
        pytest.raises(CourseError, match='no step "B reads" to come. Steps to come: A reads'),
        turns.take("B reads"),
    ):
        pass


def test_a_turn_that_does_not_come_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    turns = Turns("A reads", "B reads")
    with (
        pytest.raises(CourseError, match='"B reads" has waited for its turn.* A reads, B reads'),
        turns.take("B reads"),
    ):
        pass
