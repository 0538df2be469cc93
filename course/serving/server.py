"""A real uvicorn beside a notebook, stopped with the kernel, and what travels on its wire."""

import atexit
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course.base.errors import CourseError
from course.serving.messages import Exchange
from course.serving.process import GRACE, in_a_process
from course.serving.proxy import Tap, send

_running: dict[str, "Server"] = {}


class Server:
    """A running web server. Use it in a `with` block, or call `stop()`, or let the kernel's end stop it."""

    host = "127.0.0.1"

    def __init__(
        self,
        name: str,
        port: int,
        stop: Callable[[], None],
        output: Callable[[], str],
        kill: Callable[[], None] | None = None,
    ) -> None:
        self.name = self.key = name
        self.port = port
        self._stop: Callable[[], None] | None = stop
        self._output = output
        self._kill = kill

    @property
    def url(self) -> str:
        """The address without a trailing slash, for example "http://127.0.0.1:8000"."""
        return f"http://{self.host}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it has not been stopped."""
        return self._stop is not None

    def output(self) -> str:
        """What an app in its own process has printed, errors included; "" for an app of this kernel."""
        return self._output()

    def tap(self) -> Tap:
        """A recording proxy in front of this server: `with server.tap() as wire: … wire.url`."""
        return Tap(self.url)

    def send(self, raw_request: bytes) -> Exchange:
        """Send these bytes over a fresh connection and read one whole response.

        Raises CourseError when nothing complete comes back: the usual cause is a request that does not end
        with an empty line, so that the server is still waiting for the rest.
        """
        return send(self.url, raw_request)

    def stop(self) -> None:
        """Stop the server; a second call does nothing."""
        if self._stop:
            stop, self._stop = self._stop, None
            stop()

    def kill(self) -> None:
        """End the server's process at once, as `kill -9` or a power cut does: nothing in it is finished.

        Raises CourseError for an app of this kernel, which has no process of its own.
        """
        if self._kill is None:
            raise CourseError(
                "This app runs in the kernel itself, so it cannot be killed alone. "
                'Serve it by its name: serve("app.main:app").'
            )
        self._kill()
        self.stop()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Server {'running' if self.running else 'stopped'}: {self.name}>"


def serve(
    app: Any, *, folder: Path | None = None, key: str | None = None, grace: float | None = None
) -> Server:
    """Serve an app over real HTTP on a free port of this machine and return once it answers.

    `app`: "app.main:app" is imported and run in a process of its own, with `folder` (default: the folder
    from which this notebook would import it) first on its path; an app object of this notebook runs in a
    thread of this kernel. /docs and /redoc are answered from local files, so that they work offline.

    `grace`: how many seconds an app in its own process has to end after `stop()` (default: 3); its open
    requests have two seconds less.

    One server per `key`, so that running a cell again replaces its server; the key is the string, or
    the app's title. Two servers of the same name at once need two keys.
    Raises CourseError with the app's own error when it does not start.
    """
    name = app if isinstance(app, str) else getattr(app, "title", type(app).__name__)
    key, folder = key or name, (folder or _home(name)).absolute()
    if earlier := _running.pop(key, None):
        earlier.stop()
    if isinstance(app, str):
        started = in_a_process(app, folder, grace or GRACE)
    else:
        from course.serving.thread import in_a_thread

        started = in_a_thread(app, name, folder)
    server = _running[key] = Server(name, *started)
    server.key = key
    return server


def key_of(address: str) -> str:
    """The `key` of the latest server at this address, such as "127.0.0.1:8000"; "" when none was there."""
    at = (key for key, each in reversed(_running.items()) if f"{each.host}:{each.port}" == address)
    return next(at, "")


def _home(name: str) -> Path:
    """The folder from which `import` would take the app: a lesson serves the app of its own page."""
    top = name.split(":")[0].split(".")[0]
    spec = find_spec(top) if top.isidentifier() else None
    places = spec.submodule_search_locations if spec else None
    if places:
        return Path(next(iter(places))).parent
    return Path(spec.origin).parent if spec and spec.has_location and spec.origin else Path.cwd()


def stop_all() -> None:
    """Stop every server that this kernel has started."""
    while _running:
        _running.popitem()[1].stop()


atexit.register(stop_all)
