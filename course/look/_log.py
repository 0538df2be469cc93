"""The statements that the server really received, read from its own log."""

import secrets
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any

from course.base.errors import CourseError
from course.look.log_format import Statement, read
from course.postgres.connection import database

DEADLINE = 10.0  # seconds until a statement must be in the log
_begun: dict[str, int] = {}  # where in the log a page's database began, by name


def begin(name: str) -> None:
    """From here on the log is about the database that a page has just made."""
    from course.postgres.home import Home

    _begun[name] = Home.here().log_size()


def log(url: str | None = None) -> "Seen":
    """What the server received: `with look.log() as seen:`, or all since this page's database was made.

    Raises CourseError for a server that is not the course's own: its log is not ours to read.
    """
    from course.postgres import settings

    if settings.uses_other():
        raise CourseError(
            f"This look reads the server's own log, and the server in {settings.URL_VARIABLE} keeps its log "
            f"to itself. Unset {settings.URL_VARIABLE} to use the course's PostgreSQL, then run this again."
        )
    name = database(url)
    return Seen(name, _begun.get(name, 0))


@dataclass
class Seen:
    """Statements of one database's sessions, as they arrived; the course's own are left out."""

    database: str
    _start: int = field(repr=False)
    _read: list[Statement] | None = field(default=None, repr=False)

    def __enter__(self) -> "Seen":
        from course.postgres.home import Home

        self._start, self._read = Home.here().log_size(), None
        return self

    def __exit__(self, kind: Any, error: Any, place: Any) -> None:
        try:
            self._read = self._now()
        except CourseError:
            if error is None:  # else the error of the block is what matters
                raise

    @property
    def statements(self) -> list[Statement]:
        """What was received: in the `with` block; without one, until now."""
        return self._now() if self._read is None else self._read

    def _now(self) -> list[Statement]:
        from course.postgres import ensure
        from course.postgres.home import Home

        access, home = ensure(), Home.here()
        marker = f"the look at the log ends here: {secrets.token_hex(8)}"
        with access.admin() as link, link.cursor() as cursor:
            cursor.execute("SET log_statement = 'all'")
            cursor.execute(f"SELECT '{marker}'")
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            text = _tail(home.log, self._start)
            if marker in text:
                return read(text[: text.index(marker)], self.database)
            time.sleep(0.005)
        raise CourseError(
            "The server's log does not show what was sent, so there is nothing to see. "
            "Run `course stop`, then the first code cell of this page: that starts PostgreSQL anew."
        )

    def __len__(self) -> int:
        return len(self.statements)

    def __iter__(self) -> Any:
        return iter(self.statements)

    def __repr__(self) -> str:
        found = self.statements
        if not found:
            return "The server received nothing."
        wide = max(len(one.session) for one in found)
        lines = []
        for number, one in enumerate(found, start=1):
            head = f"{number:>2}  {one.session:<{wide}}  "
            said = [*one.text.splitlines(), *one.notes()]
            lines += [f"{head if not at else ' ' * len(head)}{line}" for at, line in enumerate(said)]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        rows = ""
        for number, one in enumerate(self.statements, start=1):
            notes = "".join(f"<div>{escape(note)}</div>" for note in one.notes())
            code = f'<pre style="margin: 0; background: none">{escape(one.text)}</pre>'
            cells = [str(number), escape(one.session), code + notes]
            rows += "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"
        html = f'<table style="margin: 0"><tbody>{rows}</tbody></table>' if rows else f"<div>{self!r}</div>"
        return {"text/plain": repr(self), "text/html": html}


_CELL = "text-align: left; vertical-align: top"


def _tail(path: Any, start: int) -> str:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(start if start <= size else 0)  # a server that starts may begin a new log
        return str(file.read().decode("utf-8", "replace"))
