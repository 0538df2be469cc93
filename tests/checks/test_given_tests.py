"""Tests of a check run in both orders: what one leaves behind for another shows in one of them."""

from course.checks import both_orders

TESTS = """
SEEN = []

def test_first(): assert not SEEN
def test_second(): SEEN.append(1)
"""


def test_a_leak_shows_in_one_of_the_orders():
    found = both_orders("", TESTS)
    assert [each.name for each in found.runs["forwards"].failed] == []
    assert [each.name for each in found.runs["backwards"].failed] == ["test_first"]
    assert found.left == []


def test_a_conftest_that_does_not_load_says_so_in_both():
    found = both_orders("import nowhere\n", TESTS)
    assert all("nowhere" in each.problem for each in found.runs.values())
