"""The cart of a customer."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from psycopg.rows import DictRow
from pydantic import Field

from shop.auth import Customer
from shop.db import Connection, Pool, one, rows
from shop.fields import Body, Sku, money, sent

router = APIRouter()
LINES = (
    "SELECT v.sku, p.name, v.size, c.quantity, v.price, v.stock, p.currency FROM cart_lines c"
    " JOIN variants v ON v.sku = c.sku JOIN products p ON p.id = v.product_id"
    " WHERE c.customer_id = %s ORDER BY v.sku"
)


class Quantity(Body):
    quantity: Annotated[int, Field(ge=0, le=1000)]


async def lock(conn: Connection, customer: int) -> None:
    """Whoever changes or orders a cart does it alone."""
    await conn.execute("SELECT 1 FROM customers WHERE id = %s FOR UPDATE", [customer])


def total(lines: list[DictRow]) -> int:
    return sum(line["price"] * line["quantity"] for line in lines)


def line_json(line: DictRow) -> dict[str, Any]:
    kept = {field: line[field] for field in ("sku", "name", "size", "quantity")}
    return kept | {"price": money(line["price"]), "total": money(line["price"] * line["quantity"])}


def cart_json(lines: list[DictRow]) -> dict[str, Any]:
    currency = lines[0]["currency"] if lines else None
    return {"currency": currency, "total": money(total(lines)), "lines": [line_json(line) for line in lines]}


@router.get("/cart")
async def show(customer: Customer, pool: Pool) -> dict[str, Any]:
    async with pool.connection() as conn:
        return cart_json(await rows(conn, LINES, customer))


async def check_new(conn: Connection, sku: str, lines: list[DictRow]) -> None:
    if len(lines) == 50:
        raise HTTPException(409, "The cart has 50 lines.")
    query = "SELECT currency FROM products p JOIN variants v ON v.product_id = p.id WHERE sku = %s"
    found = await one(conn, query, sku)
    if not found:
        raise HTTPException(404, "There is no such variant.")
    if lines and lines[0]["currency"] != found["currency"]:
        raise HTTPException(409, "The cart is in another currency.")


@router.put("/cart/{sku}")
async def put(
    customer: Customer, sku: Sku, data: Annotated[Quantity, sent(Quantity)], pool: Pool
) -> dict[str, Any]:
    async with pool.connection() as conn:
        await lock(conn, customer)
        lines = await rows(conn, LINES, customer)
        if sku not in {line["sku"] for line in lines}:
            await check_new(conn, sku, lines)
        if data.quantity:
            upsert = (
                "INSERT INTO cart_lines (customer_id, sku, quantity) VALUES (%s, %s, %s)"
                " ON CONFLICT (customer_id, sku) DO UPDATE SET quantity = excluded.quantity"
            )
            await conn.execute(upsert, [customer, sku, data.quantity])
        else:
            await conn.execute("DELETE FROM cart_lines WHERE customer_id = %s AND sku = %s", [customer, sku])
        return cart_json(await rows(conn, LINES, customer))
