"""Which code is the learner's: in a traceback, on the stack of a thread, as the one line that raised."""

import asyncio
import linecache
import os
import re
import sysconfig
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

from course.base import paths

# How cells, judged answers, the learner's own app and their revisions are named.
_FOLDERS = "|".join(re.escape(f"{os.sep}{name}{os.sep}") for name in ("app", "migrations"))
_THEIRS = re.compile(rf"ipykernel_\d|<ipython-input|<answer|{_FOLDERS}")
# A course that is installed below a folder named app/, as in a container, is still not theirs.
_LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))
_HERE = os.path.dirname(__file__)
_LONGEST_LINE = 300
# What waits has a frame, and what it waits for.
_COROUTINE, _ASYNC_GENERATOR = ("cr_frame", "cr_await"), ("ag_frame", "ag_await")
_GENERATOR = ("gi_frame", "gi_yieldfrom")


def is_learners(filename: str) -> bool:
    """Whether code of this file name was written by the learner."""
    ours = (*_LIBRARIES, _HERE, str(paths.EXERCISES))
    return bool(_THEIRS.search(filename)) and not filename.startswith(ours)


def learners_line(error: BaseException) -> str:
    """The line of the learner's own code that raised, or "" when none of it did."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if is_learners(frame.filename):
            line = (frame.line or f"line {frame.lineno} of its cell").strip()
            return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + " …"
    return ""


def running_line(frame: FrameType | None) -> str:
    """The line of the learner's own code at which a stack is now, "" when none of it is the learner's.

    The cell that called `check` is theirs too, and is not meant: it stands above our own code.
    """
    while frame is not None and not is_learners(frame.f_code.co_filename):
        frame = None if frame.f_code.co_filename.startswith(_HERE) else frame.f_back
    if frame is None:
        return ""
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return line[:_LONGEST_LINE] or f"line {frame.f_lineno} of its cell"


def waiting_line(frame: FrameType | None) -> str:
    """The line of the learner's own code at which a coroutine waits in the event loop of this stack, or "".

    Such a coroutine is on no stack: its thread is inside the loop, which waits for whatever comes first.
    """
    while frame is not None and not isinstance(frame.f_locals.get("self"), asyncio.BaseEventLoop):
        frame = frame.f_back
    if frame is None:
        return ""
    waits = (each for task in asyncio.all_tasks(frame.f_locals["self"]) for each in _awaited(task.get_coro()))
    theirs = (each for each in waits if is_learners(each.f_code.co_filename))
    return next(map(running_line, theirs), "")


def _awaited(coroutine: Any) -> Iterator[FrameType]:
    """The frames of a coroutine that waits, and of those that it waits for."""
    while coroutine is not None:
        kinds = [kind for kind in (_COROUTINE, _ASYNC_GENERATOR, _GENERATOR) if hasattr(coroutine, kind[0])]
        if not kinds:
            return
        frame, inner = (getattr(coroutine, name) for name in kinds[0])
        if frame is not None:
            yield frame
        coroutine = inner


def outermost(frame: FrameType | None) -> FrameType | None:
    """The learner's frame that was entered first, on the stack that ends with `frame`; None without one."""
    found = None
    while frame is not None:
        if is_learners(frame.f_code.co_filename):
            found = frame
        frame = frame.f_back
    return found
