"""The listeners for objects and sessions: which state an object leaves, and which it enters."""

from typing import Any
from weakref import WeakKeyDictionary

from course.base.text import short
from course.sql_tape_events import Event, Thing
from course.sql_tape_recorder import Listener, Recorder

# SQLAlchemy's lifecycle events, and from which state to which they lead.
MOVES = {
    "transient_to_pending": ("transient", "pending"),
    "pending_to_transient": ("pending", "transient"),
    "pending_to_persistent": ("pending", "persistent"),
    "loaded_as_persistent": ("", "persistent"),
    "persistent_to_transient": ("persistent", "transient"),
    "persistent_to_deleted": ("persistent", "deleted"),
    "deleted_to_persistent": ("deleted", "persistent"),
    "deleted_to_detached": ("deleted", "detached"),
    "persistent_to_detached": ("persistent", "detached"),
    "detached_to_persistent": ("detached", "persistent"),
}


class ObjectListeners:
    """Writes down objects and sessions by number, and never keeps one of them alive."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        # An object's state is as short-lived as the object, and has an identity where objects may be equal.
        self.numbers: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self.sessions: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self.last_session = 0

    def listeners(self) -> list[Listener]:
        """What to listen to."""
        from sqlalchemy.orm import Mapper, Session

        found: list[Listener] = [
            (Session, name, self._mover(*states), {"raw": True}) for name, states in MOVES.items()
        ]
        found += [
            (Session, "after_begin", self._use, {}),
            (Session, "before_flush", self._flush, {}),
            (Mapper, "expire", self._expire, {"raw": True}),
            (Mapper, "refresh", self._refresh, {"raw": True}),
        ]
        return found

    def number_of(self, thing: Any) -> tuple[str, int]:
        """("session" or "thing", its number); 0 for what is not on the tape."""
        from sqlalchemy import inspect
        from sqlalchemy.orm import Session

        thing = getattr(thing, "sync_session", thing)
        if isinstance(thing, Session):
            return "session", self.sessions.get(thing, 0)
        state = inspect(thing, raiseerr=False)
        return "thing", self.numbers.get(state, 0) if hasattr(state, "obj") else 0

    def session(self, session: Any) -> int:
        """The number of a session, by first appearance; 0 for none."""
        if session is None:
            return 0
        with self.recorder.lock:
            if session not in self.sessions:
                self.last_session += 1
                self.sessions[session] = self.last_session
            return self.sessions[session]

    def thing(self, state: Any) -> int:
        """The number of an object, by first appearance."""
        rank, name = _named(state)
        with self.recorder.lock:
            number = self.numbers.get(state)
            if number is None:
                number = len(self.recorder.things) + 1
                self.numbers[state] = number
                self.recorder.things[number] = Thing(state.class_.__name__, name, rank)
            known = self.recorder.things[number]
            if rank > known.rank:
                known.rank, known.name = rank, name
            return number

    def _mover(self, old: str, new: str) -> Any:
        def moved(session: Any, state: Any) -> None:
            with self.recorder.lock:
                number = self.thing(state)
                known = self.recorder.things[number]
                before = "expired" if old == "persistent" and known.expired else old
                known.expired = new in ("detached", "transient") and known.expired
                self.recorder.add(Event("state", 0, self.session(session), number, before, new))

        return moved

    def _expire(self, state: Any, attributes: Any) -> None:
        with self.recorder.lock:
            number = self.thing(state)
            known, here = self.recorder.things[number], self.session(state.session)
            if attributes is not None:
                text = f"{', '.join(sorted(attributes))} expired"
                self.recorder.add(Event("state", 0, here, number, "persistent", "persistent", text))
            elif state.persistent and not known.expired:
                known.expired = True
                self.recorder.add(Event("state", 0, here, number, "persistent", "expired"))

    def _refresh(self, state: Any, context: Any, attributes: Any) -> None:
        with self.recorder.lock:
            number = self.thing(state)
            known, here = self.recorder.things[number], self.session(state.session)
            before, known.expired = "expired" if known.expired else "persistent", False
            text = "" if before == "expired" else "loaded again"
            self.recorder.add(Event("state", 0, here, number, before, "persistent", text))

    def _use(self, session: Any, transaction: Any, connection: Any) -> None:
        here = self.recorder.number(connection.info)
        self.recorder.add(Event("use", here, self.session(session)))

    def _flush(self, session: Any, context: Any, instances: Any) -> None:
        self.recorder.add(Event("flush", 0, self.session(session)))


def _named(state: Any) -> tuple[int, str]:
    """How good a name is, and the name: by the first text that is loaded, else by the key."""
    kind, loaded = state.class_.__name__, state.dict
    for attribute in state.mapper.column_attrs:
        value = loaded.get(attribute.key)
        keys = any(column.primary_key or column.foreign_keys for column in attribute.columns)
        if isinstance(value, str) and value and not keys:
            return 2, f"{kind} {short(value, 20)!r}"
    key = state.identity
    return (1, f"{kind} {', '.join(map(str, key))}") if key else (0, kind)
