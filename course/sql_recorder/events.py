"""What a tape holds: statements, and everything else that happened to objects, sessions and connections."""

import re
from dataclasses import dataclass, field
from typing import Any

from course.base.sql import filled, one_line

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


def sent_from(sql: str, values: Any, context: Any, many: bool) -> Sent:
    """The statement; one for many rows in the form for one row, which is what somebody wrote."""
    if not many:
        return Sent(one_line(sql), values, done=False)
    style = getattr(getattr(context, "execute_style", None), "name", "")
    if style != "INSERTMANYVALUES":  # the driver's own executemany: a list of rows
        return Sent(one_line(sql), values[0] if values else None, many=len(values), done=False)
    written = _plain_insert(context.compiled.string)
    if isinstance(values, dict):
        numbered = [re.fullmatch(r"(.*)__(\d+)", name) for name in values]
        first = {found[1]: values[found[0]] for found in numbered if found and found[2] == "0"}
        count = max((int(found[2]) for found in numbered if found), default=0) + 1
        return Sent(written, {**values, **first}, many=count, done=False)
    each = len(context.compiled.positiontup or ()) or 1
    return Sent(written, tuple(values[:each]), many=len(values) // each, done=False)


def _plain_insert(sql: str) -> str:
    """INSERT … VALUES … RETURNING, without what SQLAlchemy adds to get the rows back in order."""
    plain = re.sub(
        r" SELECT p0::.* FROM \(VALUES (.*)\) AS imp_sen\([^)]*\) ORDER BY sen_counter",
        r" VALUES \1",
        one_line(sql),
    )
    return re.sub(r"(?:, | RETURNING )\S+ AS \w+__1$", "", plain)
