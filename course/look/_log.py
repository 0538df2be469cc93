"""The statements that the server really received, read from its own log."""

from dataclasses import dataclass, field
from html import escape
from typing import Any

from course.base.errors import CourseError
from course.look import log_text
from course.look.log_format import Statement, read
from course.look.log_source import Mark, Source, source
from course.postgres.connection import database

_begun: dict[str, Mark] = {}  # where in the log a page's database began, by its name on the server


def begin(url: str) -> None:
    """From here on the log is about the database at `url`, which a page has just made."""
    _begun[database(url)] = source().mark()


def log(url: str | None = None) -> "Seen":
    """What the server received: `with look.log() as seen:`, or all since this page's database was made.

    Where the server is not the course's own, its log is read through SQL. If it does not allow that, nothing
    is seen, and `missing` says why.
    """
    name, there = database(url), source()
    return Seen(name, there.missing, there, _begun.get(name, Mark()))


@dataclass
class Seen:
    """Statements of one database's sessions, as they arrived; the course's own are left out.

    `missing`: the sentence that says why they cannot be shown on this server, or "".
    """

    database: str
    missing: str = ""
    _source: Source | None = field(default=None, repr=False)
    _start: Mark = field(default_factory=Mark, repr=False)
    _read: list[Statement] | None = field(default=None, repr=False)

    def __enter__(self) -> "Seen":
        if self._source is not None:
            self._start, self._read = self._source.mark(), None
        return self

    def __exit__(self, kind: Any, error: Any, place: Any) -> None:
        try:
            self._read = self._now()
        except CourseError:
            if error is None:  # else the error of the block is what matters
                raise

    def __add__(self, later: "Seen") -> "Seen":
        both = [*self.statements, *later.statements]
        return Seen(self.database, self.missing or later.missing, _read=both)

    @property
    def statements(self) -> list[Statement]:
        """What was received: in the `with` block; without one, until now."""
        return self._now() if self._read is None else self._read

    def _now(self) -> list[Statement]:
        if self.missing or self._source is None:
            return []
        return read(log_text.until_now(self._source, self._start), self.database)

    def __len__(self) -> int:
        return len(self.statements)

    def __iter__(self) -> Any:
        return iter(self.statements)

    def __repr__(self) -> str:
        found = self.statements
        if not found:
            return self.missing or "The server received nothing."
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
