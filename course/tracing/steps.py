"""The steps of a traced request, and the words for them."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain, repeat
from typing import Any

WIDE = 100  # characters in a line of a trace: a notebook breaks longer ones anywhere, in the middle of a word
SHORTEST = 30  # characters that a note gets, however long the names are


@dataclass(frozen=True)
class Step:
    """One thing that happened to a request.

    `stage`: "middleware in", "routing", "body", "dependency", "validation", "function", "call", "response",
    "exception handler", "middleware out", "sent", "background task", "teardown" or "escaped".
    `name`: whose turn it was. `note`: what there is to say about it. `failed`: whether it went wrong here.
    `parent`: for a dependency, the name of the function that asked for it; for a call, of who called.
    """

    stage: str
    name: str
    note: str = ""
    failed: bool = False
    parent: str = ""


@dataclass(frozen=True)
class Trace:
    """What happened to one request: its steps in order, and the response (httpx's own object)."""

    request: str
    steps: tuple[Step, ...]
    response: Any = field(repr=False)

    @property
    def status(self) -> int:
        """The status code that the client received."""
        return int(self.response.status_code)

    def stages(self, *names: str) -> list[Step]:
        """The steps of these stages, in order."""
        return [step for step in self.steps if step.stage in names]

    def __str__(self) -> str:
        lines = [f"{self.request} → {status_line(self.status)}"]
        wide = max((len(step.stage) for step in self.steps), default=0)
        named = max((len(step.name) for step in self.steps), default=0)
        for step in self.steps:
            mark = "✗" if step.failed else " "
            head = f"{mark} {step.stage:<{wide}}  {step.name:<{named}}  "
            notes = textwrap.wrap(step.note, max(WIDE - len(head), SHORTEST), break_long_words=False) or [""]
            lines += [f"{start}{note}".rstrip() for start, note in zip(_indented(head), notes, strict=False)]
        return "\n".join(lines)

    __repr__ = __str__


def _indented(head: str) -> Iterator[str]:
    """What stands before each line of a step: its head, then as much space."""
    return chain([head], repeat(" " * len(head)))


def status_line(status: int) -> str:
    """A status as it is said aloud: 404 is "404 Not Found"."""
    if status == 422:  # the one phrase that differs between the Pythons we support (3.13 renamed it)
        return "422 Unprocessable Content"
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


THREAD, LOOP = "in a worker thread", "on the event loop"


def error_in_words(error: BaseException) -> str:
    """An exception in a few words that are the same each time: its type, and the status it carries."""
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__} {status}" if status else type(error).__name__


def called(thing: Any) -> str:
    """The name of a function, a class, or the class of a callable object."""
    while hasattr(thing, "func"):  # functools.partial
        thing = thing.func
    return str(getattr(thing, "__name__", type(thing).__name__))


REUSED = "not called again: its value is reused"
