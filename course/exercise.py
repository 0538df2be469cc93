"""What a check file is written with: `@exercise`, and expectations that say what went wrong.

A bare `assert` would tell a learner `assert 500 == 409`; these tell what was tried, what was
expected, what came back, and what that usually means. PyHamcrest and pytest's own rewriting were
considered: both describe values, neither says what was tried.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

LONGEST = 300  # characters of each part of a verdict; what follows says nothing more
_LONGEST_MEANING = 1000
MARK = "__course_exercise__"
DEFAULT_LIMIT_SECONDS = 10.0


@dataclass(frozen=True)
class About:
    """What a check file says of one exercise: id ("1.4a"), hints in rising order, time limit in seconds."""

    id: str
    hints: tuple[str, ...]
    limit_seconds: float


class Unmet(AssertionError):
    """An expectation that was not met; its parts are shown to the learner one below the other."""

    def __init__(self, tried: str, expected: str, got: str, meaning: str = "") -> None:
        self.tried, self.expected, self.got = shortened(tried), shortened(expected), shortened(got)
        self.meaning = shortened(meaning, _LONGEST_MEANING)
        super().__init__(f"{self.tried}: expected {self.expected}, got {self.got}")


def exercise(
    exercise_id: str, *, hints: Sequence[str], limit_seconds: float = DEFAULT_LIMIT_SECONDS
) -> Callable[[type], type]:
    """Mark a test class as the check of one exercise.

    Each test's name, read as a sentence, is an expectation that the learner sees. `hints` go from
    a question, to where to look, to the shape of the answer.
    """

    def mark(test_class: type) -> type:
        setattr(test_class, MARK, About(exercise_id, tuple(hints), limit_seconds))
        return test_class

    return mark


def expect(got: Any, expected: Any, *, tried: str, means: Mapping[Any, str] | str | None = None) -> None:
    """Require `got == expected`.

    `tried` says in the learner's words what was done ("GET /posts/99"). `means` says what a wrong
    answer usually means: one sentence for all, or one for each usual wrong value. Raises Unmet.
    """
    if type(got) is bool and type(expected) is not bool or got != expected:
        raise Unmet(tried, show(expected), show(got), _meaning(got, means))


def require(
    condition: object,
    *,
    tried: str,
    expected: str,
    got: Any,
    means: Mapping[Any, str] | str | None = None,
) -> None:
    """Require a condition that equality cannot say; `expected` puts it in words. Raises Unmet."""
    if not condition:
        raise Unmet(tried, expected, show(got), _meaning(got, means))


def show(value: Any, longest: int = LONGEST) -> str:
    """A value as a learner reads it: its repr, shortened when it is very long, and never an error."""
    try:
        return shortened(repr(_beginning(value, longest)), longest)
    except Exception as problem:
        return f"a value of the type {type(value).__name__}, whose repr() raises {type(problem).__name__}"


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text as it can be shown: cut when it is longer, without halves of characters (surrogates)."""
    if len(text) > longest:
        text = text[:longest] + " …"
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


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
        return means.get(got, "")
    except TypeError:  # an unhashable value has no entry of its own
        return ""
