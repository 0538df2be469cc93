"""What happens when a button is pressed."""

from collections.abc import Callable
from html import escape
from typing import Any

from course.base.errors import CourseError


def clicked(said: Any, do: Callable[[], object]) -> Callable[[object], None]:
    """A button's reaction; an error is shown in `said`, an ipywidgets.HTML: there is no cell for it."""

    def react(_: object) -> None:
        said.value = ""
        try:
            do()
        except Exception as problem:
            kind = "" if isinstance(problem, CourseError) else f"{type(problem).__name__}: "
            said.value = f"<strong>✗</strong> {escape(kind + str(problem))}"

    return react
