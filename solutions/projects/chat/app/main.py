"""Chat, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.bus import listen, repeat
from app.database import engine
from app.problems import add_error_handlers
from app.routers import messages, rooms, users
from app.services import presence


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Each worker has a row, and listens to the others."""
    await presence.beat()
    loops = [asyncio.create_task(each()) for each in (listen, repeat, presence.beat_on)]
    yield
    for loop in loops:
        loop.cancel()
    await presence.leave()
    await engine.dispose()


app = FastAPI(title="Chat", lifespan=lifespan)
add_error_handlers(app)
app.include_router(users.router)
app.include_router(rooms.router)
app.include_router(messages.router)


@app.get("/health")
async def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
