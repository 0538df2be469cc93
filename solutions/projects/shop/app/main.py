"""Shop, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
from fastapi import FastAPI

from app.database import engine
from app.errors import add_error_handlers
from app.outbox import send_for_ever
from app.routers import carts, catalog, orders, webhooks


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for all that we ask, and the outbox beside the requests."""
    async with httpx.AsyncClient(trust_env=False) as client:
        app.state.client = client
        sending = asyncio.create_task(send_for_ever(client))
        yield
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
    await engine.dispose()


app = FastAPI(title="Shop", lifespan=lifespan)
add_error_handlers(app)
app.include_router(catalog.router)
app.include_router(carts.router)
app.include_router(orders.router)
app.include_router(webhooks.router)


@app.get("/health")
async def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
