"""What a learner is told beside a verdict: short notes, and the hints that a check file holds."""

import importlib.util

from course.content import catalog
from course.exercise import MARK


class Note:
    """A short text, shown as Markdown in a notebook and as it is elsewhere."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text, "text/markdown": self.text}


def hints(exercise_id: str) -> tuple[str, ...]:
    """All hints of one exercise, in rising order, taken from its check file."""
    path = catalog.lesson(catalog.exercise(exercise_id).lesson).check_file
    spec = importlib.util.spec_from_file_location(f"course_checks.{path.stem}", path)
    assert spec is not None and spec.loader is not None, "a .py file always has a loader"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    marked = (getattr(each, MARK, None) for each in vars(module).values())
    return next(about.hints for about in marked if about and about.id == exercise_id)
