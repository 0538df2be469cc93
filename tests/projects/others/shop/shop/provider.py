"""The payment provider. Whoever calls it holds no connection to PostgreSQL."""

import asyncio
from typing import Annotated

import httpx
from fastapi import Depends, Request

from shop.config import settings
from shop.fields import money
from shop.problems import busy

PATIENCE = 5  # seconds


class PaymentProvider:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def pay(self, order_id: int, amount: int, currency: str) -> None:
        body = {"reference": str(order_id), "amount": money(amount), "currency": currency}
        await self._post("/payments", f"order-{order_id}", body)

    async def refund(self, key: str, payment: str, amount: int, currency: str) -> None:
        body = {"payment": payment, "amount": money(amount), "currency": currency}
        await self._post("/refunds", key, body)

    async def _post(self, path: str, key: str, body: dict[str, str]) -> None:
        url, headers = settings().payment_url + path, {"Idempotency-Key": key}
        try:
            async with asyncio.timeout(PATIENCE):
                (await self.client.post(url, json=body, headers=headers)).raise_for_status()
        except (httpx.HTTPError, TimeoutError):
            raise busy("The payment provider does not answer.") from None


def of_app(request: Request) -> PaymentProvider:
    provider: PaymentProvider = request.app.state.provider
    return provider


Provider = Annotated[PaymentProvider, Depends(of_app)]
