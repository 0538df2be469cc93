"""The application: connections, the outbox's task, and the routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from shop import auth, carts, catalog, orders, payments, problems, webhooks
from shop.db import make_pool
from shop.outbox import Outbox
from shop.provider import PaymentProvider


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """16 connections serve requests, 2 the outbox. A client without kept connections meets no stale one."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with (
        httpx.AsyncClient(timeout=None, limits=limits, trust_env=False) as client,
        make_pool(16) as app.state.pool,
        make_pool(2) as pool,
    ):
        app.state.provider = PaymentProvider(client)
        sender = asyncio.create_task(Outbox(pool, client).run())
        yield
        sender.cancel()


app = FastAPI(title="Shop", lifespan=lifespan, redirect_slashes=False)
problems.install(app)
for module in (auth, catalog, carts, orders, payments, webhooks):
    app.include_router(module.router)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
