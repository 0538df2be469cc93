"""An app object of the notebook, served by a uvicorn in a thread of this kernel."""

import threading
from pathlib import Path
from typing import Any

import uvicorn

from course.serving.asgi import Outer, config, in_words, listening_socket
from course.serving.process import START_LIMIT, STOP_LIMIT, Started, not_started


class _Announcing(uvicorn.Server):
    """A uvicorn that says when it is up, or that it never will be."""

    def __init__(self, outer: Outer) -> None:
        super().__init__(config(outer, log_level="critical"))
        self.outer, self.sock = outer, listening_socket()
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def serve_until_told(self) -> None:
        try:
            self.run(sockets=[self.sock])
        except BaseException as error:  # uvicorn reports a failed lifespan with SystemExit
            self.outer.failure = self.outer.failure or error
        finally:
            self.sock.close()
            self.ready.set()


def in_a_thread(app: Any, name: str, folder: Path) -> Started:
    """Start serving and return once it answers. Raises CourseError with the app's own error."""
    outer = Outer(app)
    server = _Announcing(outer)
    port = server.sock.getsockname()[1]
    thread = threading.Thread(target=server.serve_until_told, name=f"course-serve-{name}", daemon=True)
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join(STOP_LIMIT)

    if not server.ready.wait(START_LIMIT) or not server.started:
        stop()
        error = outer.failure
        raise not_started(name, in_words(error, folder) if error else "it was not ready in time")
    return port, stop, lambda: "", None
