"""The one exception a learner may meet from us: a sentence, never our traceback."""

import textwrap

_WIDTH = 88  # characters: what an output area shows without a scroll bar


class CourseError(Exception):
    """Something stopped the course; the message says what happened, why, and what to do next.

    The command line prints the message alone and exits with status 1; a notebook shows it alone too.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback (its own protocol for exceptions)."""
        return [textwrap.fill(line, _WIDTH) for line in str(self).splitlines()]
