"""`with sql_tape() as tape:`: all that SQLAlchemy sends in the block, in order, and a budget for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course.base.errors import ExpectationFailed
from course.base.sql import brief, filled, wrapped
from course.sql_recorder.events import Event, Sent, Thing
from course.sql_recorder.listeners import EngineListeners, ObjectListeners, PoolListeners
from course.sql_recorder.recorder import QueryRecorder
from course.sql_recorder.tasks import Talk, TaskListeners
from course.sql_recorder.text import shown

_MOST_GROUPS = 5  # groups in a message


@dataclass(frozen=True)
class Group:
    """Statements that differ in their values alone: how many, the text, and their rows together."""

    count: int
    sql: str
    rows: int | None

    def __str__(self) -> str:
        return f"{self.count} × {self.sql}"


class Grouped(list[Group]):
    """The groups of a tape by first appearance."""

    def __repr__(self) -> str:
        wide = max((len(str(one.count)) for one in self), default=1)
        lines: list[str] = []
        for one in self:
            lines += wrapped(f"{one.count:>{wide}} ×  {one.sql}")
        return "\n".join(lines) or "nothing was sent"


class Tape:
    """Statements, transactions, and the lives of objects, sessions and connections in one block.

    It hears every SQLAlchemy engine of this process, in all threads; async engines too. As the last line of a
    cell it shows itself. Use it once.
    """

    def __init__(self) -> None:
        self._recorder = QueryRecorder()
        self._objects = ObjectListeners(self._recorder)
        self._tasks = TaskListeners(self._recorder)

    def __enter__(self) -> "Tape":
        others = (EngineListeners(self._recorder), PoolListeners(self._recorder), self._tasks)
        self._recorder.start([each for one in (*others, self._objects) for each in one.listeners()])
        return self

    def __exit__(self, *_: object) -> None:
        self._recorder.stop()

    @property
    def events(self) -> list[Event]:
        """All that happened, for the pictures."""
        with self._recorder.lock:
            return list(self._recorder.events)

    @property
    def things(self) -> dict[int, Thing]:
        """The objects on the tape, by number."""
        with self._recorder.lock:
            return dict(self._recorder.things)

    @property
    def talks(self) -> list[Talk]:
        """What asyncio tasks sent and got, each with the line at which its task waited."""
        with self._recorder.lock:
            return list(self._tasks.talks)

    def number_of(self, thing: Any) -> tuple[str, int]:
        """("thing" or "session", its number on the tape); 0 when it does not occur."""
        return self._objects.number_of(thing)

    @property
    def statements(self) -> list[Sent]:
        """The statements in the order of sending; BEGIN, COMMIT, ROLLBACK and savepoints are none."""
        return [one.sent for one in self.events if one.sent and not one.sent.border]

    @property
    def transactions(self) -> int:
        """How many transactions were begun, or went on, in the block."""
        return self._recorder.transactions

    def table(self, name: str) -> list[Sent]:
        """The statements that name this table after FROM, JOIN, INTO, UPDATE or TABLE."""
        place = re.compile(rf'\b(?:FROM|JOIN|INTO|UPDATE|TABLE|FROM\b.*?,)\s+"?{re.escape(name)}\b"?(?!\.)')
        return [one for one in self.statements if place.search(one.sql)]

    @property
    def grouped(self) -> Grouped:
        """The same statements with different values counted together: N+1 is seen here."""
        groups: dict[tuple[str, str], list[Sent]] = {}
        for one in self.statements:
            groups.setdefault((one.sql, one.style), []).append(one)
        return Grouped(_group(alike) for alike in groups.values())

    def at_most(self, budget: int, tried: str) -> None:
        """Require at most so many statements for what was `tried`. Raises ExpectationFailed."""
        count = len(self)
        if count > budget:
            raise ExpectationFailed(tried, f"at most {_counted(budget)}", *_overspent(count, self.grouped))

    def __len__(self) -> int:
        return len(self.statements)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Sent]:
        return iter(self.statements)

    def __repr__(self) -> str:
        if not any(one.kind in ("begin", "commit", "rollback", "statement") for one in self.events):
            return "nothing was sent"
        ended = f"{_counted(len(self))}, {self.transactions} transaction{'s' * (self.transactions != 1)}"
        return f"{shown(self.events)}\n{ended}"


def sql_tape() -> Tape:
    """A tape for one `with` block."""
    return Tape()


def _counted(count: int) -> str:
    return f"{count} statement{'s' * (count != 1)}"


def _group(alike: list[Sent]) -> Group:
    """With their values where those are the same in all, else with a question mark for each."""
    first = alike[0]
    same = all(one.text == first.text and one.many == 1 for one in alike)
    text = first.text if same else filled(first.sql, first.parameters, first.style, lambda _: "?")
    rows = [one.rows for one in alike if one.rows is not None]
    return Group(len(alike), brief(text), sum(rows) if rows else None)


def _overspent(count: int, grouped: Grouped) -> tuple[str, str]:
    """What was sent, the most frequent first, and what it usually means."""
    often = sorted(grouped, key=lambda one: -one.count)
    more = [f"and {len(often) - _MOST_GROUPS} other statements"] if len(often) > _MOST_GROUPS else []
    again = often[0].count > 2 and often[0].sql.startswith("SELECT")
    meaning = (
        "One statement is sent again and again with another value: load its rows all at once."
        if again
        else ""
    )
    return f"{count}: {'; '.join([*map(str, often[:_MOST_GROUPS]), *more])}", meaning
