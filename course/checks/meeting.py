"""Two calls at once, met at a chosen step: what a check of race conditions is written with.

Whole calls meet, so an answer may keep the other one out by any lock that both take, also an advisory one.
A barrier in both calls (as in 3.8) was considered: it waits for ever when one of them waits in the database.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from course.checks.toolbox import blocked, in_thread, wait_until_blocked

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Meeting:
    """A second call, begun before the step `number` (from 1) that a first call takes on its engine.

    A step is a statement or a commit. The first call goes on when the second one has ended, or waits.
    """

    def __init__(self, url: str, number: int, second: Callable[[], Any]) -> None:
        self.second: Future[Any] | None = None  # None while the first call has not come so far
        self.step = ""  # "SELECT", "commit", …
        self.waits_here = False  # it waits, and for nothing in the database: a lock of this process
        self._url, self._number, self._call, self._steps = url, number, second, 0

    def listen(self, engine: "Engine") -> None:
        """Count the steps of the sessions of `engine`: the first call's."""
        from sqlalchemy import event

        event.listen(engine, "before_cursor_execute", lambda _, __, sql, *___: self._come(sql.split()[0]))
        event.listen(engine, "commit", lambda _: self._come("commit"))

    def _come(self, step: str) -> None:
        self._steps += 1
        if self._steps == self._number:
            self.step, self.second = step, in_thread(self._call)
            wait_until_blocked(self._url, self.second)
            self.waits_here = not blocked(self._url) and not self.second.done()
