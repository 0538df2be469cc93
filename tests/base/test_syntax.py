"""A tree is made whatever else goes on."""

import ast
import gc

import pytest

from course.base import syntax

TEXT = "\n".join(f"def f{n}(a, b=[{n}]):\n    return [a, b, {{'c': (a, b)}}]" for n in range(200))


class _Parses:
    """Garbage that parses when it is collected, as a connection does that logs a traceback."""

    def __init__(self):
        self.itself = self

    def __del__(self):
        ast.parse("a = 1")


@pytest.fixture
def often():
    before = gc.get_threshold()
    gc.set_threshold(1)
    yield
    gc.set_threshold(*before)


def test_garbage_that_parses_disturbs_no_tree(often):
    for _ in range(20):
        _Parses()
        assert len(syntax.tree(TEXT).body) == 200


def test_the_collector_is_left_as_it_was():
    syntax.tree("a = 1")
    assert gc.isenabled()
    gc.disable()
    try:
        syntax.tree("a = 1")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_text_that_is_no_python_is_said_with_its_name():
    with pytest.raises(SyntaxError, match=r"here\.py"):
        syntax.tree("a =", "here.py")
    assert gc.isenabled()
