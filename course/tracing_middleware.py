"""The middleware that looks on: one outside each of the app's own, one around and one inside all of them."""

from typing import Any

from course.tracing_recorder import Recorder, current, said


class Probe:
    """A middleware that only looks."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        recorder = current.get()
        if recorder is None or scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self.watch(recorder, scope, receive, send)

    async def watch(self, recorder: Recorder, scope: Any, receive: Any, send: Any) -> None:
        """Run the inner app and record."""
        raise NotImplementedError


class Outside(Probe):
    """Just outside one middleware: the request goes in, the response or an exception comes out."""

    def __init__(self, app: Any, name: str) -> None:
        super().__init__(app)
        self.name = name

    async def watch(self, recorder: Recorder, scope: Any, receive: Any, send: Any) -> None:
        recorder.add("middleware in", self.name)
        out = False

        async def leaving(message: Any) -> None:
            nonlocal out
            if message["type"] == "http.response.start":
                out = True
                recorder.add("middleware out", self.name)
            await send(message)

        try:
            await self.app(scope, receive, leaving)
        except BaseException as error:
            if recorder.knows(error):
                if not out:
                    note = f"{said(error)} passes through"
                    recorder.add("middleware out", self.name, note, failed=True)
            else:
                recorder.fail(recorder.add("middleware out", self.name), error)
            raise


class Innermost(Probe):
    """Inside all middleware: an exception that comes this far, and began unseen, began in the last step."""

    async def watch(self, recorder: Recorder, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # a cancelled request did not begin to fail here
            recorder.came_from(error)
            raise


class Edge(Probe):
    """Outside all middleware of the app, inside Starlette's ServerErrorMiddleware."""

    def __init__(self, app: Any, caught: bool) -> None:
        super().__init__(app)
        self.caught = caught  # the app has a handler for every exception

    async def watch(self, recorder: Recorder, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.app(scope, receive, send)
        except BaseException as error:
            place = recorder.came_from(error)
            if recorder.answered:
                note = f"from {place}; the answer had already left"
                recorder.add("escaped", said(error), note, failed=True)
            elif not self.caught:
                note = f"{said(error)} from {place}; no handler for it"
                recorder.add("exception handler", "ServerErrorMiddleware", note)
            raise
