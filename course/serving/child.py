"""The process that serves an app named by a string: `python -m course.serving.child NAME FOLDER GRACE`.

It speaks to the kernel over its standard streams: one JSON line on stdout says the port or the error, and
the end of stdin means that the kernel is gone (also after kill -9), so the process ends too.
"""

import importlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

from course.base import stdin


def main() -> None:
    """Serve until stdin ends. Exit status 0 when asked to stop, 1 when the app did not start."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    kernel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the learner's app prints goes to the log, not between our lines
    sys.path.append(str(folder))  # last: a learner's token.py beside the app takes no library's place
    grace = float(sys.argv[3])
    stop = _watch_stdin(grace)
    from course.serving.asgi import in_words

    try:
        app = _load(name)
    except (Exception, SystemExit) as error:
        _say(kernel, error=in_words(error, folder))
        sys.exit(1)
    _serve(app, folder, kernel, stop, grace)


def _watch_stdin(grace: float) -> list[Any]:
    """A list to put the server in: it is told to stop when stdin ends, and ends after `grace` anyway."""
    servers: list[Any] = []

    def watch() -> None:
        stdin.wait_for_its_end()
        for server in servers:
            server.should_exit = True
        threading.Event().wait(grace)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    return servers


def _load(name: str) -> Any:
    # uvicorn.importer does this too, but loses the line of the learner's file.
    module_name, _, attribute = name.partition(":")
    module = importlib.import_module(module_name)
    if not hasattr(module, attribute):
        raise AttributeError(f"{module_name} has no name {attribute!r}")
    return getattr(module, attribute)


def _serve(app: Any, folder: Path, kernel: TextIO, stop: list[Any], grace: float) -> None:
    import uvicorn

    from course.serving.asgi import Outer, config, in_words, listening_socket

    sock = listening_socket()
    outer = Outer(app)

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            _say(kernel, port=sock.getsockname()[1])

    # Two seconds for the app's own end, and for ours.
    server = Announcing(config(outer, log_level="error", patience=grace - 2))
    stop.append(server)
    try:
        server.run(sockets=[sock])
    except SystemExit:  # how uvicorn reports a failed lifespan
        _say(kernel, error=in_words(outer.failure or SystemExit("unknown"), folder))
        sys.exit(1)


def _say(kernel: TextIO, **message: Any) -> None:
    kernel.write(json.dumps(message) + "\n")
    kernel.flush()


if __name__ == "__main__":
    main()
