"""The one exception a learner may meet from us: a sentence, never our traceback."""

import textwrap

from course.base.text import shortened

_WIDTH = 88  # characters: what an output area shows without a scroll bar
_LONGEST_MEANING = 1000  # characters


class CourseError(Exception):
    """Something stopped the course; the message says what happened, why, and what to do next.

    The command line prints the message alone and exits with status 1; a notebook shows it alone too.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback (its own protocol for exceptions)."""
        return [textwrap.fill(line, _WIDTH) for line in str(self).splitlines()]


class ExpectationFailed(AssertionError):
    """An expectation that was not met; its parts are shown to the learner one below the other."""

    def __init__(self, tried: str, expected: str, got: str, meaning: str = "") -> None:
        self.tried, self.expected, self.got = shortened(tried), shortened(expected), shortened(got)
        self.meaning = shortened(meaning, _LONGEST_MEANING)
        super().__init__(f"{self.tried}: expected {self.expected}, got {self.got}")
