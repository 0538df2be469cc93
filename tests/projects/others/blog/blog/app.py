"""The application: `uvicorn blog.app:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from blog import articles, comments, lists, users
from blog.db import pool
from blog.web import HANDLERS, OpenToBrowsers


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with pool:
        yield


api = FastAPI(title="Blog", lifespan=lifespan, redirect_slashes=False, exception_handlers=HANDLERS)
for module in (users, lists, articles, comments):  # lists before articles: the feed is no slug
    api.include_router(module.router)


@api.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


app = OpenToBrowsers(api)
