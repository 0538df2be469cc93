"""A connection pool to play with: sessions that borrow from it, commit, close, wait, and are forgotten."""

import gc
import threading
from typing import Any

from course.base.text import columns
from course.pictures.picture import Picture
from course.pictures.pool_places import picture, summary
from course.play.lending_borrower import Borrower
from course.play.lending_engine import Sessions


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
        from course.play.lending_panel import Panel

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
