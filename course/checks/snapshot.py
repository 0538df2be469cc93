"""Put a notebook's objects back as they were, so that a check changes nothing of the learner's.

copy.deepcopy alone was considered: it makes new objects, while functions and endpoints keep using
the old ones. So containers, and what the learner's objects and functions hold, are refilled in place.
"""

import ast
import itertools
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

LEARNERS_MODULES = ("__main__", "app")
_NEVER_CHANGE = frozenset((int, float, complex, bool, str, bytes, type(None)))
_CONTAINERS = frozenset((list, dict, set))


@contextmanager
def restored(namespace: dict[str, Any]) -> Iterator[None]:
    """Run a block, then give every name and every reachable container its old content back."""
    memory = _Memory()
    for name, value in namespace.items():
        if not name.startswith("_"):
            memory.visit(value)
    names = {name: _copied(value) for name, value in namespace.items()}
    try:
        yield
    finally:
        memory.restore()
        for name in namespace.keys() - names.keys():
            del namespace[name]
        namespace.update(names)


class _Memory:
    """The content of everything that was visited, and the steps that bring it back."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []
        self._seen: dict[int, Any] = {}  # holds the objects too, so that no id is used twice

    def restore(self) -> None:
        for step in self._steps:
            step()

    def visit(self, value: Any) -> None:
        """Remember this value's content and what hangs below it."""
        if type(value) in _NEVER_CHANGE or id(value) in self._seen:
            return
        self._seen[id(value)] = value
        if isinstance(value, (list, dict, set)) and _is_plain(type(value)):
            self._steps.append(_refill(value))
            plain = _plain_kind(value)
            self._visit_all(plain.values(value) if isinstance(value, dict) else plain.__iter__(value))
        elif isinstance(value, tuple):
            self._visit_all(value)
        elif isinstance(value, types.FunctionType):
            self._visit_function(value)
        elif type(value).__name__ == "FastAPI":
            self._visit_all([value.dependency_overrides, value.state._state])
            self._visit_all(getattr(route, "endpoint", None) for route in value.routes)
        elif _is_learners(value if isinstance(value, type) else type(value)):
            content = vars(value) if hasattr(value, "__dict__") else {}
            self._visit_all(content.values() if isinstance(value, type) else [content])

    def _visit_all(self, values: Any) -> None:
        for value in list(values):
            if type(value) not in _NEVER_CHANGE:  # most of them: a call each is what takes the time
                self.visit(value)

    def _visit_function(self, function: types.FunctionType) -> None:
        names = function.__code__.co_freevars
        for name, cell in zip(names, function.__closure__ or (), strict=False):
            if name == "__classdict__":  # a class's own attributes: from Python 3.14 on annotations hold them
                continue
            try:
                before = _copied(cell.cell_contents)
            except ValueError:  # an empty cell: its function was never given a value
                continue
            self._steps.append(partial(setattr, cell, "cell_contents", before))
            self.visit(cell.cell_contents)
        module = function.__module__ or ""
        if module.split(".")[0] == "app" and module in sys.modules:
            self.visit(vars(sys.modules[module]))


def _is_plain(kind: type) -> bool:
    """Whether a container is one of Python's or the learner's: a library's own, such as the book that
    SQLAlchemy keeps of a class, is more than what it holds."""
    return kind in _CONTAINERS or kind.__module__ in ("builtins", "collections") or _is_learners(kind)


def _is_learners(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in LEARNERS_MODULES


def _plain_kind(container: Any) -> Any:
    """The library's class behind a container: methods of the learner's own class may never end."""
    if type(container) in _CONTAINERS:
        return type(container)
    return next(kind for kind in type(container).__mro__ if kind.__module__ in ("builtins", "collections"))


def _refill(container: Any) -> Callable[[], None]:
    """A step that gives this very list, dict or set the items that it holds now."""
    plain = _plain_kind(container)
    if isinstance(container, dict):
        items: Any = {key: _copied(value) for key, value in plain.items(container)}
    else:
        items = [_copied(value) for value in plain.__iter__(container)]

    def refill() -> None:
        if isinstance(container, dict):
            for key in plain.keys(container) - items.keys():
                plain.__delitem__(container, key)
            for key, value in items.items():  # the `update` of a Counter adds
                plain.__setitem__(container, key, value)
        else:
            plain.clear(container)
            (plain.extend if isinstance(container, list) else plain.update)(container, items)

    return refill


def _copied(value: Any) -> Any:
    """A counter of its own for a counter (taking a number uses it up); anything else as it is."""
    if isinstance(value, itertools.count):  # copy.copy refuses it from Python 3.14 on
        numbers = ast.literal_eval(repr(value).removeprefix("count"))
        return itertools.count(*(numbers if isinstance(numbers, tuple) else (numbers,)))
    return value
