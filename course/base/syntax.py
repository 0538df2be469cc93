"""Python's text as a tree, whatever the garbage collector does meanwhile."""

import ast
import gc


def tree(text: str, name: str = "<unknown>") -> ast.Module:
    """The syntax tree of a text. Raises SyntaxError, which says `name`, for a text that is no Python.

    Before 3.11.8 and 3.12.2 Python counts the depth of all trees in one place, and ends in a SystemError
    when a finalizer parses in the middle of another tree, as one does that logs a traceback. Source:
    https://github.com/python/cpython/issues/106905
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(text, name)
    finally:
        if collects:
            gc.enable()
