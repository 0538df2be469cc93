"""The functions of FastAPI that a request runs through, replaced by ones that record and then do the same.

The names are FastAPI's own module attributes, looked up at each call; a release that moves one makes
`trace` fail loudly (and the tests with it) instead of recording less.
"""

from collections.abc import Callable, Iterable
from typing import Any

import fastapi.dependencies.utils as dependencies
import fastapi.routing as routing
from starlette.background import BackgroundTask
from starlette.responses import Response

from course.tracing_dependencies import generating, solving
from course.tracing_recorder import LOOP, THREAD, called, current

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
