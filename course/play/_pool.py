"""A connection pool to play with: sessions that borrow from it, commit, close, wait, and are forgotten."""

import atexit
import gc
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from course.base.errors import CourseError
from course.base.text import columns
from course.draw._pool import picture, summary
from course.draw.mermaid import Picture
from course.postgres.settings import DATABASE_VARIABLE


@dataclass
class Borrower:
    """One session; `state`: no connection, has a connection, waits, closed, forgotten, collected."""

    number: int
    session: Any = field(repr=False)
    state: str = "no connection"
    error: str = ""  # the last one, in SQLAlchemy's words
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What it is called in the picture."""
        return f"session {self.number}"

    @property
    def borrows(self) -> bool:
        """Whether it has a connection, still known to somebody or not."""
        held = self.session is not None and self.session.in_transaction()
        return held and self.state in ("has a connection", "forgotten")

    @property
    def said(self) -> str:
        """Its state in words."""
        if self.state == "forgotten" and self.borrows:
            return "forgotten, and its connection is still lent"
        return "waits for a connection" if self.state == "waits" else self.state

    def select(self) -> None:
        """Run a SELECT, and keep what SQLAlchemy says when there is no connection for it."""
        from sqlalchemy import text
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self.session.scalar(text("SELECT 1"))
            self.state = "has a connection"
        except SQLAlchemyError as problem:
            self.session.rollback()
            said = str(problem).splitlines()[0].partition(" (Background")[0]
            self.error, self.state = f"{type(problem).__name__}: {said}", "no connection"


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


class Lending(Sessions):
    """What one can do with a small pool and any number of sessions on it, numbered from 1."""

    def open(self) -> int:
        """Make one more session, and return its number. It has no connection yet."""
        from sqlalchemy.orm import Session

        self.alive()
        self.borrowers.append(Borrower(len(self.borrowers) + 1, Session(self.engine)))
        self.refresh()
        return len(self.borrowers)

    def use(self, number: int, wait: bool = True) -> None:
        """Run a SELECT in a session: it borrows a connection, or waits `timeout` seconds at most for one.

        `wait=False`: come back at once when it has to wait. What SQLAlchemy says when nothing came back in
        time is in `p[number].error`. Raises CourseError for a session that is closed, forgotten, or waits.
        """
        one = self.ready(number)
        busy = not one.borrows and self.lent() >= self.size + self.overflow
        one.error, one.state = "", "waits" if busy else one.state
        one.thread = threading.Thread(target=self._select, args=[one], daemon=True)
        self.refresh()
        one.thread.start()
        if wait or not busy:
            one.thread.join()

    def commit(self, number: int) -> None:
        """Commit: the transaction ends, and the connection goes back to the pool. Raises CourseError."""
        one = self.ready(number)
        one.session.commit()
        one.state = "no connection"
        self.settle()

    def close(self, number: int | None = None) -> None:
        """Close a session: its connection goes back. Without a number: end the play, close everything."""
        if number is None:
            self.end()
            return
        one = self.ready(number)
        one.session.close()
        one.state = "closed"
        self.settle()

    def forget(self, number: int) -> None:
        """Lose a session without closing it, as a function does that returns without `close()`."""
        # Python's garbage collector comes when it likes; here it comes when it is called, for all to see.
        self.ready(number).state = "forgotten"
        self.refresh()

    def collect(self) -> None:
        """Let the garbage collector come: what forgotten sessions had borrowed goes back to the pool."""
        self.alive()
        for one in self.borrowers:
            if one.state == "forgotten":
                one.session, one.state = None, "collected"
        gc.collect()
        self.settle()

    def __getitem__(self, number: int) -> Borrower:
        return self.borrowers[number - 1]

    def picture(self) -> Picture:
        """The pool now, and who has borrowed what."""
        having = [self._called(one) for one in self.borrowers if one.borrows]
        others = [(one.name, one.said) for one in self.borrowers if one.state in ("no connection", "waits")]
        return Picture(picture(self.engine.pool, having, others).mermaid, repr(self))

    def __repr__(self) -> str:
        rows = [(one.name, one.said, f"✗ {one.error}" if one.error else "") for one in self.borrowers]
        first = "closed" if self.closed else summary(self.engine.pool)
        return "\n".join([first, *([columns(rows)] if rows else [])])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from course.play._pool_panel import Panel

        if self._panel is None:
            self._panel = Panel(self)
        return self._panel.bundle()

    @staticmethod
    def _called(one: Borrower) -> str:
        return f"{one.name}, forgotten" if one.state == "forgotten" else one.name

    def _select(self, one: Borrower) -> None:
        one.select()
        self.refresh()


def pool(size: int = 2, overflow: int = 1, *, timeout: float = 1.0, url: str | None = None) -> Lending:
    """Buttons that open sessions on a small pool, let them borrow, commit, close, and be forgotten.

    `size`, `overflow`: its places; `timeout`: seconds that a session waits for one; `url`: another database
    than the page's. From Python: `.open()`, `.use(1)`, `.commit(1)`, `.close(1)`, `.forget(1)`, `.collect()`,
    `.restart()`, `.close()`, and `p[1].state`, `p[1].error`. Raises CourseError.
    """
    return Lending(size, overflow, timeout, url)
