"""One request, followed through a live app: every stage in the order in which it really happened."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from course.base.errors import CourseError

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Step:
    """One thing that happened to a request.

    `stage`: "middleware in", "routing", "body", "dependency", "validation", "function", "call", "response",
    "exception handler", "middleware out", "answer", "background task", "teardown" or "escaped".
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
        lines = [f"{self.request} → {answer(self.status)}"]
        wide = max((len(step.stage) for step in self.steps), default=0)
        named = max((len(step.name) for step in self.steps), default=0)
        for step in self.steps:
            mark = "✗" if step.failed else " "
            row = f"{mark} {step.stage:<{wide}}  {step.name:<{named}}  {step.note}"
            lines.append(row.rstrip())
        return "\n".join(lines)

    __repr__ = __str__


def answer(status: int) -> str:
    """A status as it is said aloud: 404 is "404 Not Found"."""
    if status == 422:  # the one phrase that differs between the Pythons we support (3.13 renamed it)
        return "422 Unprocessable Content"
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def trace(
    app: Any,
    method: str,
    path: str,
    *,
    lifespan: bool = False,
    watch: Iterable[Any] = (),
    **request_kwargs: Any,
) -> Trace:
    """Send one request through a live FastAPI app and record its stages.

    `watch`: classes and modules whose public methods and functions are recorded too, as stage "call".
    `request_kwargs` go to TestClient.request (json, params, headers, ...); redirects are not followed.
    `lifespan`: run the app's start and end around the request. The app is watched only while the request
    runs; its middleware objects are built anew for it. Raises CourseError if `app` is no FastAPI app.
    """
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from course.tracing_calls import listening
    from course.tracing_probes import Recorder, watched

    if not isinstance(app, FastAPI):
        raise CourseError(f"trace() follows a FastAPI app, and this is a {type(app).__name__}.")
    recorder = Recorder()
    request_kwargs.setdefault("follow_redirects", False)
    with _one_at_a_time, listening(watch), watched(app, recorder) as traced:
        client = TestClient(traced, raise_server_exceptions=False)
        if lifespan:
            with client:
                response = client.request(method, path, **request_kwargs)
        else:
            response = client.request(method, path, **request_kwargs)
    target = response.request.url.raw_path.decode("ascii")
    return Trace(f"{response.request.method} {target}", tuple(recorder.steps), response)
