"""Orders in the database: their state machine, and the events of its changes."""

from datetime import UTC
from typing import Any

from fastapi import HTTPException
from psycopg.rows import DictRow

from shop.auth import ADMIN
from shop.carts import line_json
from shop.db import Connection, one, rows
from shop.fields import money

FROM = {
    "paid": {"pending"},
    "failed": {"pending"},
    "cancelled": {"pending"},
    "shipped": {"paid"},
    "refunded": {"paid", "shipped"},
}


async def find(conn: Connection, order_id: int, caller: int = ADMIN, lock: bool = False) -> DictRow:
    query = "SELECT * FROM orders WHERE id = %s AND (customer_id = %s OR %s)"
    order = await one(conn, query + " FOR UPDATE" * lock, order_id, caller, caller == ADMIN)
    if not order:
        raise HTTPException(404, "There is no such order.")
    return order


async def order_json(conn: Connection, order: DictRow) -> dict[str, Any]:
    lines = await rows(conn, "SELECT * FROM order_lines WHERE order_id = %s ORDER BY id", order["id"])
    return {
        "id": order["id"],
        "status": order["status"],
        "currency": order["currency"],
        "total": money(order["total"]),
        "refunded": money(await sum_of_refunds(conn, order, only_done=True)),
        "address": order["address"],
        "lines": [line_json(line) for line in lines],
        "created_at": order["created_at"].astimezone(UTC).isoformat(),
    }


async def sum_of_refunds(conn: Connection, order: DictRow, only_done: bool) -> int:
    query = "SELECT amount FROM refunds WHERE order_id = %s AND (done OR NOT %s)"
    return sum(row["amount"] for row in await rows(conn, query, order["id"], only_done))


def must_go(order: DictRow, status: str) -> None:
    if order["status"] not in FROM[status]:
        raise HTTPException(409, f"The order is {order['status']}.")


async def go(conn: Connection, order: DictRow, status: str) -> DictRow:
    """Changes a locked order, and writes down the event in the same transaction."""
    must_go(order, status)
    await conn.execute("UPDATE orders SET status = %s WHERE id = %s", [status, order["id"]])
    insert = "INSERT INTO events (order_id, type) VALUES (%s, %s)"
    await conn.execute(insert, [order["id"], f"order.{status}"])
    if status in ("failed", "cancelled"):
        await restock(conn, order)
    return order | {"status": status}


async def restock(conn: Connection, order: DictRow) -> None:
    """Locks in the order of the skus, as a checkout does: so no two wait for each other."""
    lines = "(SELECT sku FROM order_lines WHERE order_id = %s)"
    await conn.execute(f"SELECT 1 FROM variants WHERE sku IN {lines} ORDER BY sku FOR UPDATE", [order["id"]])
    update = (
        "UPDATE variants v SET stock = stock + l.quantity FROM order_lines l"
        " WHERE l.order_id = %s AND v.sku = l.sku"
    )
    await conn.execute(update, [order["id"]])
