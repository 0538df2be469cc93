"""Orders are placed, shown, cancelled and shipped."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Response
from psycopg.rows import DictRow

from shop import carts, store
from shop.auth import Admin, Customer, Who
from shop.db import Connection, Pool, one, rows
from shop.fields import NO_NUL, Body, Id, Key, sent, trimmed

router = APIRouter()
Json = dict[str, Any]


class NewOrder(Body):
    address: Annotated[str, trimmed(500), NO_NUL]


async def make(conn: Connection, customer: int, key: str, address: str) -> DictRow:
    lines = await rows(conn, carts.LINES + " FOR UPDATE OF v", customer)
    if not lines:
        raise HTTPException(409, "The cart is empty.")
    if short := [line["sku"] for line in lines if line["stock"] < line["quantity"]]:
        raise HTTPException(409, f"Too few pieces: {', '.join(short)}.")
    order = await one(
        conn,
        "INSERT INTO orders (customer_id, key, currency, total, address)"
        " VALUES (%s, %s, %s, %s, %s) RETURNING *",
        *(customer, key, lines[0]["currency"], carts.total(lines), address),
    )
    assert order
    for line in lines:
        await conn.execute("UPDATE variants SET stock = stock - %(quantity)s WHERE sku = %(sku)s", line)
        await conn.execute(
            "INSERT INTO order_lines (order_id, sku, name, size, quantity, price)"
            " VALUES (%(order_id)s, %(sku)s, %(name)s, %(size)s, %(quantity)s, %(price)s)",
            line | {"order_id": order["id"]},
        )
    await conn.execute("DELETE FROM cart_lines WHERE customer_id = %s", [customer])
    return order


@router.post("/orders", status_code=201)
async def place(
    customer: Customer, data: Annotated[NewOrder, sent(NewOrder)], key: Key, pool: Pool, response: Response
) -> Json:
    async with pool.connection() as conn:
        await carts.lock(conn, customer)
        query = "SELECT * FROM orders WHERE customer_id = %s AND key = %s"
        order = await one(conn, query, customer, key) or await make(conn, customer, key, data.address)
        if order["address"] != data.address:
            raise HTTPException(422, "This key came with another body.")
        response.headers["Location"] = f"/orders/{order['id']}"
        first = {"status": "pending", "refunded": "0.00"}  # all else never changes
        return await store.order_json(conn, order) | first


@router.get("/orders/{order_id}")
async def show(caller: Who, order_id: Id, pool: Pool) -> Json:
    async with pool.connection() as conn:
        return await store.order_json(conn, await store.find(conn, order_id, caller))


@router.post("/orders/{order_id}/cancel")
async def cancel(caller: Who, order_id: Id, pool: Pool) -> Json:
    async with pool.connection() as conn:
        order = await store.find(conn, order_id, caller, lock=True)
        return await store.order_json(conn, await store.go(conn, order, "cancelled"))


@router.post("/orders/{order_id}/ship")
async def ship(_: Admin, order_id: Id, pool: Pool) -> Json:
    async with pool.connection() as conn:
        order = await store.find(conn, order_id, lock=True)
        return await store.order_json(conn, await store.go(conn, order, "shipped"))
