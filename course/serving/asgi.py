"""What both ways of serving share: the uvicorn set-up, offline /docs, and a learner's error in words."""

import socket
import sys
import sysconfig
import traceback
from pathlib import Path
from typing import Any

import uvicorn
from starlette.responses import FileResponse, HTMLResponse, Response

HOST = "127.0.0.1"
LOCAL_FILES = "/-course-docs/"
FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
    "favicon.png": "image/png",
}


def listening_socket() -> socket.socket:
    """A socket already listening on a free port of 127.0.0.1; nobody can take the port in between."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.bind((HOST, 0))
    sock.listen()
    return sock


def config(app: Any, *, log_level: str, patience: float = 1) -> uvicorn.Config:
    """Uvicorn as every lesson sees it: no log in the notebook, no `date` header, h11 everywhere.

    `date` is off and the HTTP implementation fixed so that a captured exchange is the same each time.
    `patience`: how many seconds open requests have when it is told to end.
    """
    return uvicorn.Config(
        app,
        http="h11",
        loop="asyncio:SelectorEventLoop",  # uvicorn on Windows takes a proactor loop, which psycopg refuses
        log_config=None,
        log_level=log_level,
        access_log=False,
        date_header=False,
        timeout_graceful_shutdown=int(patience),
    )


class Outer:
    """An ASGI app around the learner's: answers /docs and /redoc from local files, passes on the rest.

    `fastapi_offline` also does this, but only for an app created by its own function; the learner's app is
    a plain `FastAPI()`, so only its files are used. `failure` keeps what a lifespan raised, because
    uvicorn logs it and drops it.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.failure: BaseException | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            try:
                await self.app(scope, receive, send)
            except BaseException as error:
                self.failure = error
                raise
            return
        page = self._page(scope) if scope["type"] == "http" else None
        await (page or self.app)(scope, receive, send)

    def _page(self, scope: Any) -> Response | None:
        path: str = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            return None
        if path.startswith(LOCAL_FILES):
            return _local_file(path.removeprefix(LOCAL_FILES))
        if not getattr(self.app, "openapi_url", None):
            return None
        if path == getattr(self.app, "docs_url", None):
            return _swagger(self.app)
        if path == getattr(self.app, "redoc_url", None):
            return _redoc(self.app)
        return None


def _local_file(name: str) -> Response:
    import fastapi_offline

    if name not in FILES:
        return Response(status_code=404)
    static = Path(fastapi_offline.__file__).parent / "static"
    return FileResponse(static / name, media_type=FILES[name])


def _swagger(app: Any) -> HTMLResponse:
    from fastapi.openapi.docs import get_swagger_ui_html

    return get_swagger_ui_html(
        openapi_url=app.openapi_url,
        title=f"{app.title} - Swagger UI",
        swagger_js_url=f"{LOCAL_FILES}swagger-ui-bundle.js",
        swagger_css_url=f"{LOCAL_FILES}swagger-ui.css",
        swagger_favicon_url=f"{LOCAL_FILES}favicon.png",
        oauth2_redirect_url=app.swagger_ui_oauth2_redirect_url,
        init_oauth=app.swagger_ui_init_oauth,
        swagger_ui_parameters=app.swagger_ui_parameters,
    )


def _redoc(app: Any) -> HTMLResponse:
    from fastapi.openapi.docs import get_redoc_html

    return get_redoc_html(
        openapi_url=app.openapi_url,
        title=f"{app.title} - ReDoc",
        redoc_js_url=f"{LOCAL_FILES}redoc.standalone.js",
        redoc_favicon_url=f"{LOCAL_FILES}favicon.png",
        with_google_fonts=False,
    )


def in_words(error: BaseException, folder: Path) -> str:
    """The error's last line and, where it can be told, the learner's own file and line.

    `folder`: the learner's folder; files in it are named relative to it.
    """
    last = traceback.format_exception_only(error)[-1].strip()
    frames = [(f.filename, f.lineno) for f in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno))
    own = [(name, line) for name, line in frames if _is_the_learners(name)]
    return f"{last}\n  in {_place(own[-1][0], folder)}, line {own[-1][1]}" if own else last


def _is_the_learners(filename: str) -> bool:
    if filename.startswith("<"):
        return filename.startswith("<ipython")
    paths = sysconfig.get_paths()
    others = [paths["stdlib"], paths["purelib"], paths["platlib"], str(Path(__file__).parent)]
    return not any(Path(filename).is_relative_to(other) for other in (*others, sys.base_prefix))


def _place(filename: str, folder: Path) -> str:
    if filename.startswith("<ipython") or "ipykernel_" in filename:
        return "a cell of this notebook"
    path = Path(filename).resolve()
    inside = path.is_relative_to(folder.resolve())
    return path.relative_to(folder.resolve()).as_posix() if inside else path.name
