"""Two sessions that the reader interleaves, a statement at a time: `play.sessions(ana=[…], ben=[…])`."""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

import psycopg2
from psycopg2.errors import LockNotAvailable

from course.base.errors import CourseError
from course.base.text import columns, short
from course.draw._timeline import timeline as drawn
from course.draw.mermaid import Picture
from course.look.result import Look
from course.postgres.page_link import linked
from course.timelines.session import described
from course.timelines.step import TimelineStep
from course.timelines.timeline import Timeline

_SETUP_LIMIT, _LOOK_LIMIT = "5s", "1s"  # how long to wait for a lock


def prepare(setup: str, url: str | None) -> None:
    """Run the SQL that makes the tables. Raises CourseError when a session keeps them, or psycopg2.Error."""
    if not setup.strip():
        return
    with linked(url) as link, link.cursor() as cursor:
        try:
            cursor.execute(f"SET lock_timeout = '{_SETUP_LIMIT}'; {setup}")
        except LockNotAvailable:
            raise CourseError(
                "The tables cannot be made anew: another session still uses them. End its transaction, with "
                "COMMIT, ROLLBACK or close(), then start again."
            ) from None


def look(sql: str, url: str | None) -> Look:
    """The rows as a session outside of the play sees them, or the error that it gets."""
    text = cleandoc(sql)
    with linked(url) as link, link.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_LOOK_LIMIT}'")
        try:
            cursor.execute(text)
            names = tuple(str(column.name) for column in cursor.description or ())
            return Look(text, names, tuple(cursor.fetchall()))
        except psycopg2.Error as problem:
            return Look(text, (), (), f"✗ {described(problem)}")


PATIENCE = 3600.0  # seconds: a reader thinks longer than a program
# At most one play has connections: its locks would hold up the tables of the next.
_playing: "Interleaving | None" = None


class Interleaving:
    """Statements of several sessions, to be run in any order; each session's own stay in theirs."""

    def __init__(
        self,
        statements: dict[str, Sequence[str]],
        setup: str,
        show: str,
        url: str | None,
        isolation: str | None,
    ) -> None:
        self.statements = {name: list(many) for name, many in statements.items()}
        self._setup, self._show, self._url, self._isolation = setup, show, url, isolation
        self.line: Timeline | None = None  # what happened so far; None before the first step
        self.table: Look | None = None  # what `show` returns now
        self.ended = ""  # why there are no connections any more, if there were
        self._panel: Any = None
        self.restart()

    def step(self, name: str) -> TimelineStep:
        """Let a session run its next statement. Raises CourseError when it has none or waits."""
        if self.next(name) is None:
            raise CourseError(f"{name}: {self.state(name)}. Look at another session, or start again.")
        if self.line is None:
            self._open()
        assert self.line is not None
        step = self.line.step(name, self.statements[name][self._done(name)])
        self._look()
        return step

    def next(self, name: str) -> str | None:
        """The statement that a session would run next; None when it has none, waits, or all is over."""
        if name not in self.statements:
            raise CourseError(f"There is no session {name!r}; there are {', '.join(self.statements)}.")
        left = self.statements[name][self._done(name) :]
        waits = self.line is not None and self.line.waiting(name)
        return left[0] if left and not waits and not self.ended else None

    def state(self, name: str) -> str:
        """What a session can do now, in a few words."""
        if self.ended:
            return self.ended
        if self.line is not None and (whom := self.line.waiting(name)):
            return f"waits for {whom}"
        return "next" if self.next(name) is not None else "done"

    def restart(self) -> None:
        """Roll everything back and make the tables anew."""
        self.close()
        self._prepare()
        self.line, self.ended = None, ""
        self._look()

    def close(self) -> None:
        """Roll everything back and close the connections; what happened can still be seen."""
        if self.line is not None and not self.ended:
            self.line.close()
            self.ended = "closed"
            self._refresh()

    def picture(self) -> Picture | None:
        """The timeline so far as a picture; None before the first step."""
        return drawn(self.line) if self.line is not None else None

    def _open(self) -> None:
        self._prepare()  # another play, or another cell, may have used the same tables since
        self.line = Timeline(list(self.statements), self._url, self._isolation, PATIENCE)

    def _prepare(self) -> None:
        global _playing
        if _playing is not None and _playing is not self:
            _playing.close()
        _playing = self
        prepare(self._setup, self._url)

    def _done(self, name: str) -> int:
        return sum(step.session == name for step in self.line.steps) if self.line is not None else 0

    def _look(self) -> None:
        self.table = look(self._show, self._url) if self._show else None
        self._refresh()

    def _refresh(self) -> None:
        if self._panel is not None:
            self._panel.refresh()

    def __repr__(self) -> str:
        parts = [repr(self.line)] if self.line is not None else [self._plan()]
        return "\n\n".join([*parts, *([repr(self.table)] if self.table is not None else [])])

    def _plan(self) -> str:
        most = max(map(len, self.statements.values()))
        rows = [tuple(self.statements)]
        for at in range(most):
            cells = (many[at] if at < len(many) else "" for many in self.statements.values())
            rows.append(tuple(short(cell, 60) for cell in cells))
        return columns(rows)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from course.play._sessions_panel import Panel

        if self._panel is None:
            self._panel = Panel(self)
        return self._panel.bundle()


def sessions(
    *,
    setup: str = "",
    show: str = "",
    url: str | None = None,
    isolation: str | None = None,
    **statements: Sequence[str],
) -> Interleaving:
    """Buttons that let each named session run its next statement: `play.sessions(ana=["BEGIN", …], ben=[…])`.

    `setup`: SQL that makes the tables, run at every start, so it drops them first. `show`: a SELECT whose
    rows, as everybody else sees them, are shown after each step. `url`, `isolation`: as in `timeline`.
    From Python: `.step("ana")`, `.restart()`, `.close()`, `.line`, `.table`. Raises CourseError.
    """
    if not statements:
        raise CourseError('Name the sessions and what each does: play.sessions(ana=["BEGIN", …], ben=[…]).')
    return Interleaving(statements, setup, show, url, isolation)
