"""The engine behind the play of a connection pool, and its sessions."""

import atexit
import os
import time
from typing import Any

from course.base.errors import CourseError
from course.play.lending_borrower import Borrower
from course.postgres.settings import DATABASE_VARIABLE

PATIENCE = 5.0  # seconds beyond the pool's own timeout
_playing: "Sessions | None" = None  # at most one has connections


class Sessions:
    """An engine with a small pool of its own, and any number of sessions on it, numbered from 1."""

    def __init__(self, size: int, overflow: int, timeout: float, url: str | None) -> None:
        self.size, self.overflow, self.timeout = size, overflow, timeout
        self._url = url or os.environ.get(DATABASE_VARIABLE, "")
        if not self._url:
            raise CourseError(
                "There is no database to borrow connections to. Run the first code cell of this page, the "
                "one with lesson(…), then this cell again."
            )
        self.borrowers: list[Borrower] = []
        self.closed = False
        self.engine: Any = None
        self._panel: Any = None
        self.restart()

    def restart(self) -> None:
        """Close everything and begin with an empty pool."""
        from sqlalchemy import create_engine, make_url

        global _playing
        if _playing is not None:
            _playing.end()
        _playing, self.closed, self.borrowers = self, False, []
        self.engine = create_engine(
            make_url(self._url).set(drivername="postgresql+psycopg2"),  # the driver of the lessons
            pool_size=self.size,
            max_overflow=self.overflow,
            pool_timeout=self.timeout,
            connect_args={"application_name": "play"},
        )
        self.refresh()

    def lent(self) -> int:
        """How many sessions have a connection."""
        return sum(one.borrows for one in self.borrowers)

    def alive(self) -> None:
        """Raise CourseError when everything is closed."""
        if self.closed:
            raise CourseError(
                "This pool is closed, with all its sessions. Start again, or run its cell again."
            )

    def ready(self, number: int) -> Borrower:
        """A session that can do something. Raises CourseError."""
        self.alive()
        if not 1 <= number <= len(self.borrowers):
            raise CourseError(f"There is no session {number}; {len(self.borrowers)} were opened.")
        one = self.borrowers[number - 1]
        if one.state not in ("no connection", "has a connection"):
            raise CourseError(f"{one.name}: {one.said}. Use another session, or open one more.")
        return one

    def settle(self) -> None:
        """Until who could go on has gone on: something came back, and somebody may wait for it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.lent() < self.size + self.overflow:
            if not any(one.state == "waits" for one in self.borrowers):
                break
            time.sleep(0.005)
        self.refresh()

    def end(self) -> None:
        """Close every session and the pool."""
        if self.closed:
            return
        self.closed = True
        for _ in range(2):  # who waits may get what the others give back
            for one in self.borrowers:
                if one.session is not None and one.state != "waits":
                    one.session.close()
                    one.state = "closed"
            for one in self.borrowers:
                if one.thread is not None:
                    one.thread.join(self.timeout + PATIENCE)
        self.engine.dispose()
        self.refresh()

    def refresh(self) -> None:
        """Show how things stand, where there are buttons."""
        if self._panel is not None:
            self._panel.refresh()


@atexit.register
def _at_exit() -> None:
    if _playing is not None:
        _playing.end()
