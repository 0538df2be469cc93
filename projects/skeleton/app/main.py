"""Postboard, put together from its routers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware

from app.around import RequestLog
from app.database import engine
from app.limits import BodyLimit
from app.problems import add_error_handlers, documented, on_crash
from app.readiness import outdated
from app.routers import live, notes


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The start needs no database: /ready says whether there is one."""
    outdated()  # read once, before the first request
    yield
    await engine.dispose()


app = FastAPI(
    title="Postboard",
    lifespan=lifespan,
    responses=documented(413, 422, 503),
    generate_unique_id_function=lambda route: route.name,
)
add_error_handlers(app)
# What is added later wraps what was added before.
app.add_middleware(BodyLimit)
app.add_middleware(ServerErrorMiddleware, handler=on_crash)  # a crash has an id, too
app.add_middleware(RequestLog)
app.include_router(notes.router)
app.include_router(live.router)
