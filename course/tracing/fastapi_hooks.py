"""All that is private to FastAPI and Starlette: the functions that a traced request runs through, replaced.

The names are FastAPI's own module attributes, looked up at each call; a release that moves one makes
`trace` fail loudly (and the tests with it) instead of recording less.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import fastapi.dependencies.utils as dependencies
import fastapi.routing as routing
from fastapi._compat import Undefined
from fastapi.dependencies.models import (
    _get_cache_key,
    _is_async_gen_callable,
    _is_coroutine_callable,
)
from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.responses import Response

from course.tracing.recorder import TraceRecorder, current
from course.tracing.steps import LOOP, REUSED, THREAD, called, error_in_words

Seam = tuple[Any, str, Callable[..., Any]]


def seams(app: Any) -> Iterable[Seam]:
    """Object, attribute and replacement of everything to be replaced while one request is traced."""
    solve = solving(dependencies.solve_dependencies)
    return [
        (routing, "_route_selected", _selected(routing._route_selected)),
        (routing, "_validation_failed", _refused(routing._validation_failed)),
        (routing, "solve_dependencies", solve),
        (dependencies, "solve_dependencies", solve),
        (dependencies, "_solve_generator", generating(dependencies._solve_generator)),
        (routing, "run_endpoint_function", _running(routing.run_endpoint_function)),
        (routing, "serialize_response", _serializing(routing.serialize_response)),
        (routing, "RedirectResponse", _redirected(routing.RedirectResponse)),
        (app.router, "default", _unmatched(app.router.default)),
        (BackgroundTask, "__call__", _in_background(BackgroundTask.__call__)),
    ]


def _selected(original: Callable[..., Any]) -> Callable[..., Any]:
    def route_selected(*, scope: Any, path: str | None, mount: bool = False) -> Any:
        recorder = current.get()
        if recorder and path is not None and scope["type"] == "http":  # an included router has no path
            methods = getattr(scope.get("route"), "methods", None)
            wrong = not mount and scope["method"] not in (methods or [scope["method"]])
            if wrong:
                recorder.add("routing", path, f"the path fits, {scope['method']} does not", True)
            else:
                to = "a mounted app" if mount else f"to {called(scope.get('endpoint'))}"
                recorder.add("routing", path if mount else f"{scope['method']} {path}", to)
        return original(scope=scope, path=path, mount=mount)

    return route_selected


def _unmatched(original: Callable[..., Any]) -> Callable[..., Any]:
    async def default(scope: Any, receive: Any, send: Any) -> None:
        recorder = current.get()
        if recorder and scope["type"] == "http":
            recorder.add("routing", "no route", "no path fits", failed=True)
        await original(scope, receive, send)

    return default


def _redirected(original: Callable[..., Any]) -> Callable[..., Any]:
    def redirect_response(url: str) -> Any:  # fastapi.routing makes one only for a slash
        if recorder := current.get():
            recorder.add("routing", "no route", "one fits with a slash more or less")
        return original(url=url)

    return redirect_response


def _refused(original: Callable[..., Any]) -> Callable[..., Any]:
    def validation_failed(error: Any, *rest: Any, **more: Any) -> Any:
        recorder = current.get()
        if recorder:
            # A body that is no JSON is refused before anything else is looked at.
            if error.errors()[0]["type"] == "json_invalid":
                recorder.add("body", "JSON", "cannot be read")
            recorder.fail(len(recorder.steps) - 1, error)
        return original(error, *rest, **more)

    return validation_failed


def _running(original: Callable[..., Any]) -> Callable[..., Any]:
    async def run_endpoint_function(*, dependant: Any, is_coroutine: bool, **given: Any) -> Any:
        recorder = current.get()
        if recorder is None:
            return await original(dependant=dependant, is_coroutine=is_coroutine, **given)
        at = recorder.add("function", called(dependant.call), LOOP if is_coroutine else THREAD)
        try:
            result = await original(dependant=dependant, is_coroutine=is_coroutine, **given)
        except BaseException as error:
            recorder.fail(at, error)
            raise
        if isinstance(result, Response):
            recorder.add("response", type(result).__name__, "made by the function, sent as it is")
        return result

    return run_endpoint_function


def _serializing(original: Callable[..., Any]) -> Callable[..., Any]:
    async def serialize_response(*, field: Any = None, **given: Any) -> Any:
        recorder = current.get()
        if recorder is None:
            return await original(field=field, **given)
        model = field.field_info.annotation if field else None
        name = str(getattr(model, "__name__", model)) if field else "JSON"
        if getattr(model, "__args__", None):
            name = str(model)
        at = recorder.add("response", name, "" if field else "no response model to check")
        try:
            content = await original(field=field, **given)
        except BaseException as error:
            count = len(error.errors()) if hasattr(error, "errors") else 0
            recorder.note(at, f"{count} error{'s' * (count != 1)}" if count else "cannot be JSON")
            recorder.fail(at, error)
            raise
        if field:
            recorder.note(at, "checked and turned into JSON")
        return content

    return serialize_response


def _in_background(original: Callable[..., Any]) -> Callable[..., Any]:
    async def run(task: Any) -> None:
        recorder = current.get()
        if recorder is None:
            await original(task)
            return
        at = recorder.add("background task", called(task.func))
        try:
            await original(task)
        except BaseException as error:
            recorder.fail(at, error)
            raise

    return run


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


def _body(recorder: TraceRecorder, wanted: Any, body: Any) -> None:
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


def _dependency(recorder: TraceRecorder, parent: _Solving, since: int, given: Any, errors: list[Any]) -> None:
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


def _validated(recorder: TraceRecorder, wanted: Any, errors: list[Any]) -> None:
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
            when = "after the response" if recorder.answered else "before the response"
            at.append(recorder.add("teardown", called(dependant.call), when))
            before.append(error)
            if error:
                recorder.note(at[0], f"sees {error_in_words(error)}")

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
