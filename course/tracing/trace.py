"""One request, followed through a live app: every stage in the order in which it really happened."""

import threading
from collections.abc import Iterable
from typing import Any

from course.base.errors import CourseError
from course.tracing.steps import Trace

_one_at_a_time = threading.Lock()


def trace(
    app: Any,
    method: str,
    path: str,
    *,
    watch: Iterable[Any] = (),
    **request_kwargs: Any,
) -> Trace:
    """Send one request through a live FastAPI app and record its stages.

    `watch`: classes and modules whose public methods and functions are recorded too, as stage "call".
    `request_kwargs` go to TestClient.request (json, params, headers, ...); redirects are not followed.
    The app is watched only while the request runs; its middleware objects are built anew for it.
    Raises CourseError if `app` is no FastAPI app.
    """
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from course.tracing.calls import listening
    from course.tracing.middleware import watched
    from course.tracing.recorder import TraceRecorder

    if not isinstance(app, FastAPI):
        raise CourseError(f"trace() follows a FastAPI app, and this is a {type(app).__name__}.")
    recorder = TraceRecorder()
    request_kwargs.setdefault("follow_redirects", False)
    with _one_at_a_time, listening(watch), watched(app, recorder) as traced:
        client = TestClient(traced, raise_server_exceptions=False)
        response = client.request(method, path, **request_kwargs)
    target = response.request.url.raw_path.decode("ascii")
    return Trace(f"{response.request.method} {target}", tuple(recorder.steps), response)
