"""The application: `uvicorn todo.app:create_app --factory`."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from todo import tasks, users
from todo.db import Database, database_path
from todo.problems import HANDLERS
from todo.web import refuse_query, resource


async def health(request: Request) -> Response:
    """It runs."""
    refuse_query(request)
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Closes the file at the end."""
    yield
    app.state.database.close()


def create_app() -> Starlette:
    """With the settings of the environment."""
    secret = os.environ["TOKEN_SECRET"]
    if len(secret) < 32:
        raise SystemExit("TOKEN_SECRET must have at least 32 characters")
    routes = [resource("/health", GET=health), *users.ROUTES, *tasks.ROUTES]
    app = Starlette(routes=routes, exception_handlers=HANDLERS, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.database = Database(database_path(os.environ["DATABASE_URL"]))
    app.state.secret = secret
    return app
