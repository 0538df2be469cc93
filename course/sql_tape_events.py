"""What a tape holds: statements, and everything else that happened to objects, sessions and connections."""

from dataclasses import dataclass, field
from typing import Any

from course.base.sql import filled

# Sent by SQLAlchemy as statements, shown as what they are: borders of a transaction within one.
BORDERS = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")


@dataclass
class Sent:
    """One statement as the driver was given it.

    `sql`: on one line, with the driver's placeholders. `parameters`: its values (of the first row, when there
    are many). `rows`: how many came back or were changed; None when the driver does not say. `many`: for how
    many rows of values it was sent. `error`: the first line of the driver's message, or "". `transaction`:
    its number on the tape, from 1; 0 with autocommit. `connection`: its number on the tape, from 1.
    """

    sql: str
    parameters: Any = None
    rows: int | None = None
    many: int = 1
    error: str = ""
    transaction: int = 0
    connection: int = 1
    style: str = field(default="pyformat", repr=False)
    done: bool = field(default=True, repr=False)

    @property
    def text(self) -> str:
        """The statement with its values put in, for reading; SQLAlchemy's look at what there is, cut."""
        if self.sql.startswith("SELECT pg_catalog."):
            return "SELECT … FROM pg_catalog.pg_class …"
        return filled(self.sql, self.parameters, self.style)

    @property
    def border(self) -> bool:
        """Whether it sets a savepoint, or goes back to one."""
        return self.sql.upper().startswith(BORDERS)

    @property
    def note(self) -> str:
        """What came of it: rows, an error."""
        parts = [f"× {self.many}"] if self.many > 1 else []
        if self.error:
            return ", ".join([*parts, f"✗ {self.error}"])
        if not self.done:
            return ", ".join([*parts, "not done yet"])
        if self.rows is not None and not self.border:
            parts.append(f"{self.rows} row{'s' * (self.rows != 1)}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return self.text


@dataclass
class Event:
    """One thing that happened.

    `kind`: connect, checkout, checkin, close, begin, commit, rollback, statement, use (a session begins to
    use a connection), flush, state. `connection`, `session`, `thing`: whose, by number on the tape, 0 for
    nobody's. `old`, `new`: an object's states. `text`: a note or an error.
    """

    kind: str
    connection: int = 0
    session: int = 0
    thing: int = 0
    old: str = ""
    new: str = ""
    text: str = ""
    sent: Sent | None = None


@dataclass
class Thing:
    """An object on the tape: its class, and the best name that was seen for it."""

    kind: str
    name: str
    rank: int = 0  # of the name: 0 class alone, 1 with its key, 2 with a text of its own
    expired: bool = False
