"""What a check file is written with: `@exercise`, and expectations that say what went wrong.

A bare `assert` would tell a learner `assert 500 == 409`; these tell what was tried, what was
expected, what came back, and what that usually means. PyHamcrest and pytest's own rewriting were
considered: both describe values, neither says what was tried.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from course.base.errors import ExpectationFailed
from course.base.text import LONGEST, shortened

MARK = "__course_exercise__"
DEFAULT_LIMIT_SECONDS = 10.0


@dataclass(frozen=True)
class ExerciseInfo:
    """What a check file says of one exercise: id ("1.4a"), hints in rising order, time limit in seconds."""

    id: str
    hints: tuple[str, ...]
    limit_seconds: float


def exercise(
    exercise_id: str, *, hints: Sequence[str], limit_seconds: float = DEFAULT_LIMIT_SECONDS
) -> Callable[[type], type]:
    """Mark a test class as the check of one exercise.

    Each test's name, read as a sentence, is an expectation that the learner sees. `hints` go from
    a question, to where to look, to the shape of the answer.
    """

    def mark(test_class: type) -> type:
        setattr(test_class, MARK, ExerciseInfo(exercise_id, tuple(hints), limit_seconds))
        return test_class

    return mark


_remarks: list[str] = []


def remark(text: str) -> None:
    """Say something beside the sentence of the expectation that is being looked at, when it is met."""
    _remarks.append(text)


@contextmanager
def remarks(expectation: Any) -> Iterator[None]:
    """What `remark` is told in the block becomes the `remark` of an expectation, each text once."""
    _remarks.clear()
    yield
    expectation.remark = ", ".join(dict.fromkeys(_remarks))


def expect(got: Any, expected: Any, *, tried: str, means: Mapping[Any, str] | str | None = None) -> None:
    """Require `got == expected`.

    `tried` says in the learner's words what was done ("GET /posts/99"). `means` says what a wrong
    answer usually means: one sentence for all, or one for each usual wrong value (a list is looked up as a
    tuple). Raises ExpectationFailed.
    """
    if type(got) is bool and type(expected) is not bool or got != expected:
        raise ExpectationFailed(tried, show(expected), show(got), _meaning(got, means))


def require(
    condition: object,
    *,
    tried: str,
    expected: str,
    got: Any,
    means: Mapping[Any, str] | str | None = None,
) -> None:
    """Require a condition that equality cannot say; `expected` puts it in words. Raises ExpectationFailed."""
    if not condition:
        raise ExpectationFailed(tried, expected, show(got), _meaning(got, means))


def show(value: Any, longest: int = LONGEST) -> str:
    """A value as a learner reads it: its repr, shortened when it is very long, and never an error."""
    try:
        return shortened(repr(_beginning(value, longest)), longest)
    except Exception as problem:
        return f"a value of the type {type(value).__name__}, whose repr() raises {type(problem).__name__}"


def _beginning(value: Any, longest: int) -> Any:
    """As much of a built-in value as is shown: the repr of 100 MB takes seconds.

    The standard library's reprlib was considered: it also sorts dicts, and cuts where nothing is too long.
    """
    kind = type(value)
    if kind in (str, bytes, bytearray, list, tuple) and len(value) > longest:
        return value[: longest + 1]
    if kind in (set, frozenset) and len(value) > longest:
        return kind(islice(value, longest))
    if kind is dict and len(value) > longest:
        return dict(islice(value.items(), longest))
    return value


def _meaning(got: Any, means: Mapping[Any, str] | str | None) -> str:
    if means is None or isinstance(means, str):
        return means or ""
    try:
        return means.get(tuple(got) if type(got) is list else got, "")
    except TypeError:  # an unhashable value has no entry of its own
        return ""


def is_unmet(error: BaseException | None) -> bool:
    """True when an expectation said so itself, rather than something having been raised."""
    return isinstance(error, (ExpectationFailed, AssertionError))
