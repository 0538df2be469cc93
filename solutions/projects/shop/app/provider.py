"""The payment provider: it may be slow, broken or silent, and then we say so."""

import asyncio
from decimal import Decimal
from typing import Annotated

import httpx
from fastapi import Depends, Request

from app.errors import Unavailable
from app.money import written
from app.settings import settings


class Provider:
    """Asks for payments and refunds. The same key is the same payment or refund."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def pay(
        self, *, reference: str, amount: Decimal, currency: str, key: str
    ) -> None:
        """Begin a payment; webhooks tell how it ends. Raises Unavailable."""
        body = {"reference": reference, "amount": written(amount), "currency": currency}
        await self.ask("/payments", body, key)

    async def refund(
        self, *, payment: str, amount: Decimal, currency: str, key: str
    ) -> None:
        """Give money back. Raises Unavailable: it may have gone back all the same."""
        body = {"payment": payment, "amount": written(amount), "currency": currency}
        await self.ask("/refunds", body, key)

    async def ask(self, path: str, body: dict[str, str], key: str) -> None:
        url = str(settings.payment_url).rstrip("/") + path
        headers = {"Idempotency-Key": key}
        try:
            # httpx's own timeout begins anew with each byte.
            async with asyncio.timeout(settings.provider_wait):
                response = await self.client.post(url, json=body, headers=headers)
            response.raise_for_status()
        except (httpx.HTTPError, TimeoutError):
            text = "The payment provider does not answer. Try again in a moment."
            raise Unavailable(text) from None


def get_provider(request: Request) -> Provider:
    return Provider(request.app.state.client)


PaymentProvider = Annotated[Provider, Depends(get_provider)]
