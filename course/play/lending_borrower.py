"""One session in the play of a connection pool."""

import threading
from dataclasses import dataclass, field
from typing import Any


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
