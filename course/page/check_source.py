"""`check_source`: the check of an exercise, to be read; it is a pytest file like the learner's own."""

import inspect
import re

from course.base.errors import CourseError
from course.content import catalog


class Source:
    """Python text, shown as code."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text, "text/markdown": f"```python\n{self.text}\n```"}


def check_source(exercise_id: str) -> Source:
    """The class that checks an exercise ("1.2a"), as it is written. Raises CourseError for an unknown id."""
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    text = lesson.check_file.read_text(encoding="utf-8")
    start = re.search(rf'^@exercise\(\s*"{re.escape(exercise_id)}"', text, re.M)
    if start is None:
        raise CourseError(f"{lesson.check_file.name} holds no check for {exercise_id}.")
    lines = text[start.start() :].splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith("class "))
    return Source("".join(inspect.getblock(lines[first:])).rstrip())
