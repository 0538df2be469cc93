"""Turns: the threads of a lesson take their steps in one order, so a race condition happens every time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from course.base.errors import CourseError

PATIENCE_SECONDS = 20.0


class Turns:
    """The order in which the steps of several threads happen: `Turns("A reads", "B reads", "A writes")`.

    threading.Barrier was considered: it makes threads meet, and lets them go on in any order.
    """

    def __init__(self, *steps: str) -> None:
        self._steps, self._moved = list(steps), Condition()

    @contextmanager
    def take(self, step: str) -> Iterator[None]:
        """Wait for the turn of `step`, run the block, and let the next one go on, also after an error.

        Raises CourseError when there is no such step, or when its turn does not come within 20 seconds.
        """
        with self._moved:
            if step not in self._steps:
                raise CourseError(f'There is no step "{step}" to come. Steps to come: {self._listed()}.')
            if not self._moved.wait_for(lambda: self._steps[:1] == [step], PATIENCE_SECONDS):
                raise CourseError(
                    f'"{step}" has waited for its turn. Steps that did not come: {self._listed()}.'
                )
            try:
                yield
            finally:
                self._steps.pop(0)
                self._moved.notify_all()

    def _listed(self) -> str:
        return ", ".join(self._steps) or "none"
