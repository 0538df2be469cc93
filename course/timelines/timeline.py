"""Several sessions on one timeline: who does what in which order, who waits for whom, and what came of it.

threading with barriers was considered for the lessons themselves: there the order is the reader's to work
out, and a wait for a lock looks like any other wait. Here PostgreSQL says who waits.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from course.base.errors import CourseError
from course.base.text import short
from course.postgres.connection import address
from course.postgres.page_link import linked
from course.timelines.session import DEADLOCK_TIMEOUT, TimelineSession
from course.timelines.step import TimelineStep, as_text, shown_value
from course.timelines.waits import Settling, Watch, options

PATIENCE = 60.0  # seconds that a statement may take, waits included
CLOSING = 5.0  # seconds for a session to end


class Timeline:
    """Named sessions, told what to do step by step: `line.ana("BEGIN")`."""

    def __init__(self, names: Sequence[str], url: str | None, isolation: str | None, patience: float) -> None:
        _check(names)
        self.names = tuple(names)
        self.steps: list[TimelineStep] = []
        self._sessions: dict[str, TimelineSession] = {}
        self._closed = False
        with ExitStack() as opening:  # closes what is open if a connection fails
            watch = Watch(opening.enter_context(linked(url)))
            said = options(isolation, patience, DEADLOCK_TIMEOUT if watch.may_hurry else None)
            for name in self.names:
                self._sessions[name] = TimelineSession(name, address(url), said)
                opening.callback(self._sessions[name].close, CLOSING)
            self._settling = Settling(watch, list(self._sessions.values()))
            self._stack = opening.pop_all()

    def __getattr__(self, name: str) -> Callable[..., TimelineStep]:
        names = self.__dict__.get("names", ())
        if name not in names:
            raise AttributeError(f"this timeline has no session {name!r}, only {', '.join(names)}")
        return lambda do, *args, **kwargs: self.step(name, do, *args, **kwargs)

    def step(self, name: str, do: str | Callable[..., Any], *args: Any, **kwargs: Any) -> TimelineStep:
        """Let a session run one SQL text, or call a function with a SQLAlchemy session on its connection.

        Returns when it is done or waits for another session, and all that it let go on has settled. An error
        in it is recorded in the step, not raised. Raises CourseError when the session still waits.
        """
        step = TimelineStep(len(self.steps) + 1, name, "")
        session = self._free(step)
        self.steps.append(step)
        if isinstance(do, str):
            values = (args[0] if args and isinstance(args[0], (dict, tuple, list)) else args) or None
            step.text = " ".join(session.written(do, values).split()).rstrip("; ")
            session.begin(step, lambda: session.statement(do, values))
        else:
            step.text = _call(do, args, kwargs)
            session.begin(step, lambda: session.call(do, args, kwargs))
        self._settling.settle(step)
        self._record(step)
        return step

    def waiting(self, name: str) -> str | None:
        """For whom a session waits now, or None."""
        step = self._sessions[name].step
        return step.waited_for if step else None

    def _free(self, step: TimelineStep) -> TimelineSession:
        if self._closed:
            raise CourseError(
                "This timeline has ended: what it did was rolled back. Run its whole cell again."
            )
        session = self._sessions[step.session]
        if session.step is not None:  # it may have waited for somebody else, who is done by now
            self._settling.settle(step)
            self._record(step)
        if session.step is not None:
            whom = session.step.waited_for
            raise CourseError(
                f"{session.name} still waits for {whom}, in step {session.step.number}, and a session does "
                f"one thing at a time. End the transaction of {whom} first: COMMIT or ROLLBACK."
            )
        return session

    def _record(self, now: TimelineStep) -> None:
        for session in self._sessions.values():
            if done := session.taken():
                step, outcome = done
                step.rows, step.value, step.told = outcome.rows, outcome.value, outcome.told
                step.said = outcome.said
                step.error, step.settled_at_step = outcome.error, now.number
            elif session.step and session.step.waited_for is None:
                session.step.waited_for = self._settling.waits_for(session)

    def close(self) -> None:
        """Roll everything back and close the connections; the steps stay to be looked at."""
        if not self._closed:
            self._closed = True
            for one in self._sessions.values():
                one.cancel(CLOSING)
            self._stack.close()

    def __enter__(self) -> "Timeline":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return as_text(self.names, self.steps)


def timeline(*names: str, url: str | None = None, isolation: str | None = None) -> Timeline:
    """Open a session for each name, to be used in a with-block: `with timeline("ana", "ben") as line:`.

    `url`: the database, the page's own when left out. `isolation`: of all their transactions, such as
    "REPEATABLE READ". At the end of the block everything is rolled back and closed.
    Raises CourseError.
    """
    return Timeline(names, url, isolation, PATIENCE)


def _call(do: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """A call as it is written, but the same in every run."""
    name = getattr(do, "__name__", type(do).__name__).replace("<lambda>", "a function")
    given = [short(shown_value(one), 30) for one in args]
    given += [f"{key}={short(shown_value(one), 30)}" for key, one in kwargs.items()]
    return f"{name}({', '.join(given)})"


def _check(names: Sequence[str]) -> None:
    taken = {"names", "steps", *dir(Timeline)}
    bad = [name for name in names if not name.isidentifier() or name.startswith("_") or name in taken]
    if bad or not names or len(set(names)) < len(names):
        raise CourseError(
            'A timeline needs different names that can stand after a dot, as in timeline("ana", "ben")'
            + (f"; {', '.join(bad)} cannot." if bad else ".")
        )
