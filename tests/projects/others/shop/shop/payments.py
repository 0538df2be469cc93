"""Payments are asked for, and money goes back."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from psycopg.rows import DictRow

from shop import store
from shop.auth import Admin, Customer
from shop.db import Connection, Pool, one
from shop.fields import Amount, Body, Id, Key, money, sent
from shop.provider import Provider

router = APIRouter()
Json = dict[str, Any]


class NewRefund(Body):
    amount: Amount


@router.post("/orders/{order_id}/payment", status_code=202)
async def pay(customer: Customer, order_id: Id, pool: Pool, provider: Provider) -> Json:
    async with pool.connection() as conn:
        order = await store.find(conn, order_id, customer)
        store.must_go(order, "paid")
        answer = await store.order_json(conn, order)
    await provider.pay(order_id, order["total"], order["currency"])
    return answer


async def begin(conn: Connection, order: DictRow, key: str, amount: int) -> DictRow:
    """The refund with this key. A new one counts from now on, whatever the provider will answer."""
    refund = await one(conn, "SELECT * FROM refunds WHERE order_id = %s AND key = %s", order["id"], key)
    if not refund:
        store.must_go(order, "refunded")
        if amount > order["total"] - await store.sum_of_refunds(conn, order, only_done=False):
            raise HTTPException(409, "That is more than is left.")
        insert = "INSERT INTO refunds (order_id, key, amount) VALUES (%s, %s, %s) RETURNING *"
        refund = await one(conn, insert, order["id"], key, amount)
        assert refund
    if refund["amount"] != amount:
        raise HTTPException(422, "This key came with another body.")
    return refund


async def finish(conn: Connection, order_id: int, refund: DictRow) -> None:
    order = await store.find(conn, order_id, lock=True)
    await conn.execute("UPDATE refunds SET done = true WHERE id = %s", [refund["id"]])
    gone = await store.sum_of_refunds(conn, order, only_done=True)
    if gone == order["total"] and order["status"] != "refunded":
        await store.go(conn, order, "refunded")


@router.post("/orders/{order_id}/refunds", status_code=201)
async def refund(
    _: Admin,
    order_id: Id,
    data: Annotated[NewRefund, sent(NewRefund)],
    key: Key,
    pool: Pool,
    provider: Provider,
) -> Json:
    async with pool.connection() as conn:
        order = await store.find(conn, order_id, lock=True)
        refund = await begin(conn, order, key, data.amount)
    if not refund["done"]:
        name = f"refund-{refund['id']}"
        await provider.refund(name, order["payment"], refund["amount"], order["currency"])
        async with pool.connection() as conn:
            await finish(conn, order_id, refund)
    return {"id": refund["id"], "amount": money(refund["amount"]), "currency": order["currency"]}
