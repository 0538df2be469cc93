"""What a tape listens to: engines, objects with their sessions, and pools."""

from typing import Any
from weakref import WeakKeyDictionary

from course.base.text import short
from course.sql_recorder.events import Event, Sent, Thing, sent_from
from course.sql_recorder.recorder import Listener, QueryRecorder


class EngineListeners:
    """Writes down what connections send."""

    def __init__(self, recorder: QueryRecorder) -> None:
        self.recorder = recorder
        self.running: dict[int, Sent] = {}  # cursor -> its statement

    def listeners(self) -> list[Listener]:
        """What to listen to."""
        from sqlalchemy import Engine

        return [
            (Engine, "begin", self._begin, {}),
            (Engine, "commit", self._commit, {}),
            (Engine, "rollback", self._rollback, {}),
            (Engine, "before_cursor_execute", self._before, {}),
            (Engine, "after_cursor_execute", self._after, {}),
            (Engine, "handle_error", self._failed, {}),
        ]

    def _begin(self, conn: Any) -> None:
        if _plain(conn):
            return
        here = self.recorder.number(conn.info)
        with self.recorder.lock:
            self.recorder.end(here)
            self.recorder.transaction(here)
            self.recorder.add(Event("begin", here))

    def _commit(self, conn: Any) -> None:
        self._end("commit", conn)

    def _rollback(self, conn: Any) -> None:
        self._end("rollback", conn)

    def _end(self, how: str, conn: Any) -> None:
        if conn.invalidated or conn.closed or _plain(conn):
            return
        here = self.recorder.number(conn.info)
        with self.recorder.lock:
            if here not in self.recorder.used:  # it began before the tape
                self.recorder.transaction(here)
            self.recorder.end(here)
            self.recorder.add(Event(how, here))

    def _before(self, conn: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        if not conn.in_transaction():  # SQLAlchemy's own questions to a server that it meets first
            return
        sent = sent_from(sql, values, context, many)
        sent.connection, sent.style = self.recorder.number(conn.info), conn.dialect.paramstyle
        with self.recorder.lock:
            sent.transaction = 0 if _plain(conn) else self.recorder.transaction(sent.connection)
            self.running[id(cursor)] = sent
            self.recorder.add(Event("statement", sent.connection, sent=sent))

    def _after(self, conn: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        with self.recorder.lock:
            sent = self.running.pop(id(cursor), None)
        if sent:
            rows = getattr(cursor, "rowcount", -1)
            sent.rows = rows if isinstance(rows, int) and rows >= 0 else None
            sent.done = True

    def _failed(self, context: Any) -> None:
        lines = str(context.original_exception).strip().splitlines()
        said = lines[0] if lines else type(context.original_exception).__name__
        cursor, events = getattr(context.execution_context, "cursor", None), self.recorder.events
        with self.recorder.lock:
            sent = self.running.pop(id(cursor), None) if cursor is not None else None
            if sent:
                sent.error, sent.done = said, True
            elif events and events[-1].kind == "commit" and context.statement is None:
                events[-1].text = f"✗ {said}"


def _plain(conn: Any) -> bool:
    """Whether it is in autocommit: then SQLAlchemy's BEGIN is a word only, and nothing is sent."""
    return getattr(conn.connection.dbapi_connection, "autocommit", False) is True


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

    def __init__(self, recorder: QueryRecorder) -> None:
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
        with self.recorder.lock:
            number = self.numbers.get(state)
            known = self.recorder.things[number] if number else None
            if number and known and known.rank == _BEST:  # the usual case, thousands of times a tape
                return number
            rank, name = _named(state)
            if number is None or known is None:
                number = len(self.recorder.things) + 1
                self.numbers[state] = number
                self.recorder.things[number] = Thing(state.class_.__name__, name, rank)
            elif rank > known.rank:
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


_BEST = 2  # a name by a text; no other takes its place


def _named(state: Any) -> tuple[int, str]:
    """How good a name is, and the name: by the first text that is loaded, else by the key."""
    kind, loaded = state.class_.__name__, state.dict
    for attribute in state.mapper.column_attrs:
        value = loaded.get(attribute.key)
        if isinstance(value, str) and value and not _is_key(attribute):
            return _BEST, f"{kind} {short(value, 20)!r}"
    key = state.identity
    return (1, f"{kind} {', '.join(map(str, key))}") if key else (0, kind)


def _is_key(attribute: Any) -> bool:
    return any(column.primary_key or column.foreign_keys for column in attribute.columns)


class PoolListeners:
    """Writes down what pools do."""

    def __init__(self, recorder: QueryRecorder) -> None:
        self.recorder = recorder

    def listeners(self) -> list[Listener]:
        """What to listen to."""
        from sqlalchemy.pool import Pool

        return [
            (Pool, "connect", self._connect, {}),
            (Pool, "checkout", self._checkout, {}),
            (Pool, "checkin", self._checkin, {}),
            (Pool, "reset", self._reset, {}),
            (Pool, "close", self._close, {}),
        ]

    def _connect(self, link: Any, record: Any) -> None:
        self._add("connect", record)

    def _checkout(self, link: Any, record: Any, proxy: Any) -> None:
        self._add("checkout", record)

    def _checkin(self, link: Any, record: Any) -> None:
        self._add("checkin", record)

    def _close(self, link: Any, record: Any) -> None:
        self.recorder.end(self.recorder.number(record.info))
        self._add("close", record)

    def _reset(self, link: Any, record: Any, state: Any) -> None:
        """A connection comes back; whoever left a transaction open in it did not close."""
        here = self.recorder.number(record.info)
        if self.recorder.end(here):
            self.recorder.add(Event("rollback", here, text="by the pool"))

    def _add(self, kind: str, record: Any) -> None:
        self.recorder.add(Event(kind, self.recorder.number(record.info)))
