"""Postboard: a blog API, put together from its routers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware

from app.around import RequestLog
from app.bus import listen
from app.database import engine
from app.face import face
from app.limits import BodyLimit
from app.problems import add_error_handlers, documented, on_crash
from app.readiness import outdated
from app.routers import accounts, admin, comments, feed, live, posts, tags, users, votes
from app.settings import settings
from app.store import store


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The start needs no database: /ready says whether there is one."""
    outdated()  # read once, before the first request
    listener = asyncio.create_task(listen())
    yield
    listener.cancel()
    await store.close()
    await engine.dispose()


app = FastAPI(
    title="Postboard",
    lifespan=lifespan,
    responses=documented(401, 413, 422, 503),
    generate_unique_id_function=lambda route: route.name,
)
add_error_handlers(app)
# What is added later wraps what was added before.
app.add_middleware(BodyLimit)
app.add_middleware(ServerErrorMiddleware, handler=on_crash)  # a 500 that pages may read
app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.cors_origins,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Authorization", "Content-Type", "If-Match", "X-Request-ID"],
    expose_headers=[
        "ETag",
        "Location",
        "Retry-After",
        "WWW-Authenticate",
        "X-Request-ID",
    ],
)
app.add_middleware(RequestLog)
app.include_router(posts.router)
app.include_router(comments.router)
app.include_router(tags.router)
app.include_router(votes.router)
app.include_router(feed.router)
app.include_router(accounts.router)  # before users: /users/me is nobody's name
app.include_router(users.router)
app.include_router(admin.router)
app.include_router(live.router)
app.mount("/ui", face, name="ui")
