"""A learner at a notebook, without the notebook: cells are run, and the course's calls see them."""

import linecache
import traceback
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from course.page import history, lesson


class Learner:
    """Runs cells in one namespace, as a kernel does, and tells the check history about them."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {"__name__": "__main__"}
        self.next_inputs: list[str] = []
        self.hooks: list[Any] = []
        self.events = SimpleNamespace(register=lambda _name, hook: self.hooks.append(hook))
        self.history_manager = SimpleNamespace(input_hist_raw=[""])

    def run(self, text: str) -> BaseException | None:
        """Run one cell; its error, if it ended with one."""
        error: BaseException | None = None
        before = None
        name = f"<ipython-input-{len(self.history_manager.input_hist_raw)}>"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        try:
            exec(compile(text, name, "exec"), self.user_ns)
        except SyntaxError as problem:
            before = problem
        except Exception as problem:
            traceback.clear_frames(problem.__traceback__)
            error = problem
        self.history_manager.input_hist_raw.append(text)
        for hook in self.hooks:
            info = SimpleNamespace(raw_cell=text)
            hook(SimpleNamespace(info=info, error_before_exec=before, error_in_exec=error))
        return error or before

    def set_next_input(self, text: str) -> None:
        self.next_inputs.append(text)

    def register_magic_function(self, *_: Any) -> None:
        """The `%%app` magic has tests of its own."""


@pytest.fixture
def learner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    """A learner whose kernel has just started."""
    shell = Learner()
    monkeypatch.setattr(history, "shell", lambda: shell)
    monkeypatch.setattr(history, "_noted", None)
    monkeypatch.setattr(lesson, "current", None)
    yield shell


__all__ = ["Learner", "learner"]
