"""What the payment provider tells."""

import hmac
import re
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict

from shop import store
from shop.config import settings
from shop.db import Connection, Pool, one
from shop.fields import Text, money, sent
from shop.provider import Provider

router = APIRouter()


class Hook(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: Text
    type: Text
    payment: Text
    reference: Text
    amount: Text
    currency: Text


def signature(timestamp: str, body: bytes) -> str:
    signed = timestamp.encode() + b"." + body
    return hmac.digest(settings().payment_secret.encode(), signed, "sha256").hex()


async def signed(
    request: Request,
    webhook_timestamp: Annotated[str, Header()] = "",
    webhook_signature: Annotated[str, Header()] = "",
) -> None:
    recent = (
        re.fullmatch("[0-9]{1,12}", webhook_timestamp) and abs(time.time() - int(webhook_timestamp)) <= 300
    )
    right = signature(webhook_timestamp, await request.body())
    if not recent or not hmac.compare_digest(right.encode(), webhook_signature.encode()):
        raise HTTPException(403, "This is not from the provider.")


async def succeeded(conn: Connection, order: DictRow, hook: Hook) -> DictRow | None:
    """The order is paid, or else this payment has to go back: then it is the row that says so."""
    if (hook.amount, hook.currency) != (money(order["total"]), order["currency"]):
        raise HTTPException(409, "The amount is another one.")
    if order["status"] == "pending":
        await conn.execute("UPDATE orders SET payment = %s WHERE id = %s", [hook.payment, order["id"]])
        await store.go(conn, order, "paid")
    elif order["status"] in ("cancelled", "failed") or order["payment"] != hook.payment:
        insert = "INSERT INTO late_payments (payment, order_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
        await conn.execute(insert, [hook.payment, order["id"]])
        return await one(conn, "SELECT * FROM late_payments WHERE payment = %s", hook.payment)
    return None


@router.post("/webhooks/payments", dependencies=[Depends(signed)])
async def receive(hook: Annotated[Hook, sent(Hook)], pool: Pool, provider: Provider) -> dict[str, str]:
    late = None
    if not re.fullmatch("[1-9][0-9]{0,17}", hook.reference):
        raise HTTPException(404, "There is no such order.")
    async with pool.connection() as conn:
        order = await store.find(conn, int(hook.reference), lock=True)
        if hook.type == "payment.succeeded":
            late = await succeeded(conn, order, hook)
        elif hook.type == "payment.failed" and order["status"] == "pending":
            await store.go(conn, order, "failed")
    if late and not late["done"]:
        await provider.refund(f"late-{late['id']}", hook.payment, order["total"], order["currency"])
        async with pool.connection() as conn:
            await conn.execute("UPDATE late_payments SET done = true WHERE id = %s", [late["id"]])
    return {"status": "taken"}
