"""What a request asks for: its body, its dependencies and their teardown, and the check of its input."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi._compat import Undefined
from fastapi.dependencies.models import (
    _get_cache_key,
    _is_async_gen_callable,
    _is_coroutine_callable,
)
from starlette.datastructures import FormData

from course.tracing_recorder import LOOP, THREAD, Recorder, called, current, said

REUSED = "not called again: its value is reused"


@dataclass
class _Solving:
    """A function whose dependencies are being solved."""

    name: str
    still: Iterator[Any]  # its dependencies not yet looked at
    since: int  # how many steps there were before
    running: int | None = None  # the step of the dependency that runs now


def solving(original: Callable[..., Any]) -> Callable[..., Any]:
    """Watch solve_dependencies, which calls itself for each dependency."""

    async def solve_dependencies(**given: Any) -> Any:
        recorder, wanted = current.get(), given["dependant"]
        if recorder is None:
            return await original(**given)
        if not recorder.solving:
            _body(recorder, wanted, given.get("body"))
        frame = _Solving(called(wanted.call), iter(wanted.dependencies), len(recorder.steps))
        recorder.solving.append(frame)
        try:
            result = await original(**given)
        except BaseException as error:
            if frame.running is not None:
                recorder.fail(frame.running, error)
            raise
        finally:
            recorder.solving.pop()
        if recorder.solving:
            _dependency(recorder, recorder.solving[-1], frame.since, given, result.errors)
        else:
            _validated(recorder, wanted, result.errors)
        return result

    return solve_dependencies


def _body(recorder: Recorder, wanted: Any, body: Any) -> None:
    if not _fields(wanted, "body_params"):
        return
    if isinstance(body, FormData):
        recorder.add("body", "form", "read")
    elif isinstance(body, bytes):
        recorder.add("body", "bytes", "not read as JSON: the Content-Type does not say so")
    elif body is Undefined:
        recorder.add("body", "no body")
    else:
        recorder.add("body", "JSON", "read")


def _dependency(recorder: Recorder, parent: _Solving, since: int, given: Any, errors: list[Any]) -> None:
    """All that a dependency needs is there: it is called now, unless its value is known already."""
    call, declared = given["dependant"].call, next(parent.still)
    key = _get_cache_key(dependant=declared, uses_scopes_cache=given["_uses_scopes_cache"])
    note = THREAD
    if errors:
        note = "not called: its own input is wrong"
    elif declared.use_cache and key in given["dependency_cache"]:
        note = REUSED
        if all(step.note == REUSED for step in recorder.steps[since:]):
            del recorder.steps[since:]  # what a reused dependency needs is reused too: not worth saying
    elif _is_coroutine_callable(call) or _is_async_gen_callable(call):
        note = LOOP
    if call is not declared.call:
        note += f", instead of {called(declared.call)}"
    parent.running = recorder.add("dependency", called(call), note, bool(errors), parent.name)


def _validated(recorder: Recorder, wanted: Any, errors: list[Any]) -> None:
    kinds = ("path_params", "query_params", "header_params", "cookie_params", "body_params")
    fields = [name for kind in kinds for name in _fields(wanted, kind)]
    if errors:
        where = [".".join(str(part) for part in error["loc"]) for error in errors]
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        recorder.add("validation", "input", f"{count}: {', '.join(where)}", True)
    elif fields:
        recorder.add("validation", "input", f"ok: {', '.join(dict.fromkeys(fields))}")


def _fields(wanted: Any, kind: str) -> list[str]:
    """The names of one kind of parameter, of a function and of everything it depends on."""
    below = [name for one in wanted.dependencies for name in _fields(one, kind)]
    return [field.alias for field in getattr(wanted, kind)] + below


def generating(original: Callable[..., Any]) -> Callable[..., Any]:
    """Watch _solve_generator, which starts a dependency with `yield` and has it end later."""

    async def solve_generator(*, dependant: Any, stack: Any, **given: Any) -> Any:
        recorder = current.get()
        if recorder is None:
            return await original(dependant=dependant, stack=stack, **given)
        at: list[int] = []
        before: list[BaseException | None] = []

        def begins(kind: Any, error: BaseException | None, place: Any) -> None:
            when = "after the answer" if recorder.answered else "before the answer"
            at.append(recorder.add("teardown", called(dependant.call), when))
            before.append(error)
            if error:
                recorder.note(at[0], f"sees {said(error)}")

        def ended(kind: Any, error: BaseException | None, place: Any) -> None:
            if at and error and error is not before[0]:
                recorder.fail(at[0], error)
            elif at and before[0] and not error:
                recorder.note(at[0], "does not raise it again")

        stack.push(ended)  # a stack unwinds backwards
        value = await original(dependant=dependant, stack=stack, **given)
        stack.push(begins)
        return value

    return solve_generator
