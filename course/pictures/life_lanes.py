"""Who has a lane in the picture of a tape, in which order, and under which name."""

from collections import Counter
from typing import Any

from course.base.errors import CourseError
from course.sql_recorder.events import Event
from course.sql_recorder.tape import Tape

_CROWD = 3  # objects with a lane of their own; of more, those of one class share a lane


def numbered(tape: Tape, named: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """("thing" or "session", its number on the tape) by the name that was given to each.

    Raises CourseError for what is not on the tape.
    """
    found = {name: tape.number_of(one) for name, one in named.items()}
    if absent := sorted(name for name, (_, number) in found.items() if not number):
        raise CourseError(
            f"Nothing happened to {', '.join(absent)} while the tape ran, so it cannot be drawn. "
            "Name an object or a session that the block under `with sql_tape()` used."
        )
    return found


class _Lanes:
    """Nodes of Mermaid and names for everything on a tape."""

    def __init__(self, tape: Tape, named: dict[str, Any]) -> None:
        self.events = tape.events
        self.given = {number: name for name, number in numbered(tape, named).items()}
        self.things = self._named(tape)
        self.links = list(dict.fromkeys(one.connection for one in self.events if one.connection))
        self.sessions = list(dict.fromkeys(one.session for one in self.events if one.session))

    def _named(self, tape: Tape) -> dict[int, tuple[str, str]]:
        """Node and name of each object."""
        alone = {number: name for (kind, number), name in self.given.items() if kind == "thing"}
        others = {number: one for number, one in tape.things.items() if number not in alone}
        kinds = Counter(one.kind for one in others.values())
        crowded = len(others) > _CROWD
        found: dict[int, tuple[str, str]] = {}
        seen: Counter[str] = Counter(alone.values())
        for number, one in tape.things.items():
            if number in alone:
                found[number] = (f"O{number}", alone[number])
            elif crowded and kinds[one.kind] > 1:
                found[number] = (f"K{list(kinds).index(one.kind)}", f"{kinds[one.kind]} × {one.kind}")
            else:
                seen[one.name] += 1
                again = f" ({seen[one.name]})" if seen[one.name] > 1 else ""
                found[number] = (f"O{number}", f"{one.name}{again}")
        return found

    def order(self) -> list[tuple[str, str]]:
        """All lanes, left to right: what is next to each other talks to each other."""
        found = [*dict.fromkeys(self.things.values()), ("Y", "your code")]
        found += [(self.session(number), self._session_name(number)) for number in self.sessions]
        found.append(("L", "pool"))
        found += [self.connection(number) for number in self.links]
        return [*found, ("P", "PostgreSQL")]

    def thing(self, number: int) -> str:
        """The lane of an object."""
        return self.things[number][0]

    def session(self, number: int) -> str:
        """The lane of a session; without one it is your own code that asks."""
        return f"S{number}" if number else "Y"

    def _session_name(self, number: int) -> str:
        plain = "session" if len(self.sessions) == 1 else f"session {self.sessions.index(number) + 1}"
        return self.given.get(("session", number), plain)

    def connection(self, number: int) -> tuple[str, str]:
        """The lane of a connection, and its name."""
        alone = len(self.links) == 1
        return f"C{number}", "connection" if alone else f"connection {self.links.index(number) + 1}"

    def borrower(self, event: Event) -> str:
        """The lane of who borrowed a connection: the session that uses it between checkout and checkin."""
        at = next(here for here, one in enumerate(self.events) if one is event)
        around = self.events[at + 1 :] if event.kind == "checkout" else self.events[:at][::-1]
        for one in around:
            if one.connection == event.connection:
                if one.kind == "use":
                    return self.session(one.session)
                if one.kind in ("checkout", "checkin"):
                    break
        return "Y"
