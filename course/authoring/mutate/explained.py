"""Mutants that survive and may: tests/mutants/ holds each with the reason, one file a lesson.

    # %% 1.4a equal: both give the same list, because ids are never negative
    - return [each for each in ids if each > 0]
    + return [each for each in ids if each >= 0]

`equal`: no check can tell it from the answer. `free`: the exercise's text leaves it to the learner.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.authoring.mutate.mutants import normal
from course.base import paths
from course.base.errors import CourseError
from course.content import catalog

_HEADER = re.compile(r"^# %% (\d+\.\d+[a-z]) (equal|free): (.*\w.*)$")


@dataclass(frozen=True)
class Explanation:
    """Why one mutant of an exercise may survive."""

    exercise_id: str
    kind: str
    reason: str
    diff: str

    @property
    def key(self) -> str:
        """The diff without spacing, as a mutant has it."""
        return normal(self.diff)


def file_of(lesson: catalog.Lesson) -> Path:
    """Where a lesson's explanations stand; there is no file while there is none."""
    return paths.ROOT / "tests" / "mutants" / f"{lesson.name}.txt"


def of_exercise(exercise_id: str) -> list[Explanation]:
    """The explanations of one exercise. Raises CourseError for what cannot be read."""
    path = file_of(catalog.lesson(catalog.exercise(exercise_id).lesson))
    found = read(path) if path.exists() else []
    return [each for each in found if each.exercise_id == exercise_id]


def read(path: Path) -> list[Explanation]:
    """The explanations in one file. Raises CourseError for a header that cannot be read, or one twice."""
    found = list(_blocks(path))
    seen: set[tuple[str, str]] = set()
    for each in found:
        if (each.exercise_id, each.key) in seen:
            raise CourseError(f"{path.name} explains this mutant of {each.exercise_id} twice:\n{each.diff}")
        seen.add((each.exercise_id, each.key))
    return found


def _blocks(path: Path) -> Iterator[Explanation]:
    text = path.read_text(encoding="utf-8")
    for block in re.split(r"^(?=# %%)", text, flags=re.MULTILINE):
        header, _, diff = block.partition("\n")
        found = _HEADER.match(header)
        if found and diff.strip():
            yield Explanation(found[1], found[2], found[3], diff.strip())
        elif block.strip():
            raise CourseError(
                f"{path.name}: this cannot be read: {header}\nWrite `# %% 1.4a equal: why no check can tell "
                "them apart` or `# %% 1.4a free: where the text leaves it open`, and below it the diff as "
                "`course author mutate` prints it."
            )
