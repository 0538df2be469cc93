"""Calls into classes and modules that a trace is asked to watch.

sys.setprofile was considered: it sees every call of every thread, and a debugger needs the same hook.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from types import FunctionType, ModuleType
from typing import Any
from unittest.mock import patch

from course.base.errors import CourseError
from course.tracing.recorder import TraceRecorder, current
from course.tracing.steps import REUSED, error_in_words

_callers: ContextVar[tuple[str, ...]] = ContextVar("course_callers", default=())


@contextmanager
def listening(watch: Iterable[Any]) -> Iterator[None]:
    """Record the calls of public methods of classes and public functions of modules, while the block runs.

    Raises CourseError for anything else.
    """
    with ExitStack() as stack:
        for one in watch:
            if isinstance(one, type):
                replaced = _methods(one)
            elif isinstance(one, ModuleType):
                replaced = _functions(one)
            else:
                raise CourseError(
                    f"trace(watch=…) takes classes and modules, and this is a {type(one).__name__}. "
                    "Give the class itself, as in watch=[PostService]."
                )
            for target, name, replacement in replaced:
                stack.enter_context(patch.object(target, name, replacement))
        yield


def _methods(owner: type[Any]) -> list[tuple[Any, str, Any]]:
    found = []
    for name in dir(owner):
        raw = inspect.getattr_static(owner, name)
        function = getattr(raw, "__func__", raw)  # what a staticmethod or classmethod holds
        if name.startswith("_") or not isinstance(function, FunctionType):
            continue
        heard = _heard(function, f"{owner.__name__}.{name}")
        found.append((owner, name, heard if raw is function else type(raw)(heard)))
    return found


def _functions(module: ModuleType) -> list[tuple[Any, str, Any]]:
    """A function is replaced wherever the app has imported its name."""
    package = module.__name__.partition(".")[0]
    places = [
        one for name, one in list(sys.modules.items()) if name.partition(".")[0] in (package, "__main__")
    ]
    found: list[tuple[Any, str, Any]] = []
    for name, function in vars(module).items():
        if isinstance(function, FunctionType) and function.__module__ == module.__name__ and name[0] != "_":
            heard = _heard(function, f"{module.__name__.rpartition('.')[2]}.{name}")
            for place in places:
                known = [each for each, value in vars(place).items() if value is function]
                found += [(place, each, heard) for each in known]
    return found


def _heard(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    # A coroutine function must stay one: FastAPI and the app's own code ask.
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def hearing(*args: Any, **kwargs: Any) -> Any:
            with _call(name) as outcome:
                outcome.append(await function(*args, **kwargs))
            return outcome[0]

    else:

        @wraps(function)
        def hearing(*args: Any, **kwargs: Any) -> Any:
            with _call(name) as outcome:
                outcome.append(function(*args, **kwargs))
            return outcome[0]

    return hearing


@contextmanager
def _call(name: str) -> Iterator[list[Any]]:
    recorder = current.get()
    outcome: list[Any] = []
    if recorder is None:
        yield outcome
        return
    callers = _callers.get()
    at = recorder.add("call", name, parent=callers[-1] if callers else _caller(recorder))
    token = _callers.set((*callers, name))
    try:
        yield outcome
    except BaseException as error:
        if recorder.knows(error):
            recorder.note(at, f"{error_in_words(error)} passes through")
        recorder.fail(at, error)
        raise
    else:
        recorder.note(at, f"returned {_named(outcome[0])}")
    finally:
        _callers.reset(token)


def _caller(recorder: TraceRecorder) -> str:
    """Who calls from outside: what began last, for a dependency is noted just before it is called."""
    callers = ("dependency", "function", "background task", "teardown")
    began = [step.name for step in recorder.steps if step.stage in callers and REUSED not in step.note]
    return began[-1] if began else ""


def _named(value: Any) -> str:
    if isinstance(value, list):
        return f"list of {len(value)}"
    return "None" if value is None else type(value).__name__
