"""The page under /ui."""

from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope


class Face(StaticFiles):
    """Static files that no page may show in a frame."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return response


face = Face(directory=Path(__file__).with_name("static"), html=True)
