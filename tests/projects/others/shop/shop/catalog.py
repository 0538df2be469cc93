"""Products and their variants."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shop.auth import Admin
from shop.db import Connection, Pool, one, rows
from shop.fields import NO_NUL, Amount, Body, Id, Sku, Whole, money, sent, trimmed

router = APIRouter()
MOST = 1_000_000
Json = dict[str, Any]


class NewVariant(Body):
    sku: Sku
    size: Annotated[str, StringConstraints(max_length=40), NO_NUL] = ""
    price: Amount
    stock: Annotated[int, Field(ge=0, le=MOST)]


class NewProduct(Body):
    name: Annotated[str, trimmed(200), NO_NUL]
    currency: Literal["EUR", "USD", "GBP"]
    variants: Annotated[list[NewVariant], Field(min_length=1, max_length=50)]


class VariantChange(Body):
    price: Amount = 0  # not sent
    stock_change: Annotated[int, Field(ge=-MOST, le=MOST)] = 0


class Page(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[Whole, Field(ge=1, le=100)] = 20
    after: Whole = 0


def variant_json(row: DictRow) -> Json:
    return {"sku": row["sku"], "size": row["size"], "price": money(row["price"]), "stock": row["stock"]}


async def with_variants(conn: Connection, products: list[DictRow]) -> list[Json]:
    found: list[Json] = [product | {"variants": []} for product in products]
    by_id = {product["id"]: product["variants"] for product in found}
    query = "SELECT * FROM variants WHERE product_id = ANY(%s) ORDER BY sku"
    for row in await rows(conn, query, list(by_id)):
        by_id[row["product_id"]].append(variant_json(row))
    return found


@router.post("/products", status_code=201)
async def add(
    _: Admin, data: Annotated[NewProduct, sent(NewProduct)], pool: Pool, response: Response
) -> Json:
    async with pool.connection() as conn:
        insert = "INSERT INTO products (name, currency) VALUES (%s, %s) RETURNING *"
        product = await one(conn, insert, data.name, data.currency)
        assert product
        ordered = sorted(data.variants, key=lambda v: v.sku)  # two requests never wait for each other
        values = [(v.sku, product["id"], v.size, v.price, v.stock) for v in ordered]
        insert = "INSERT INTO variants (sku, product_id, size, price, stock) VALUES (%s, %s, %s, %s, %s)"
        try:
            await conn.cursor().executemany(insert, values)
        except UniqueViolation:
            raise HTTPException(409, "A sku is taken.") from None
        response.headers["Location"] = f"/products/{product['id']}"
        return (await with_variants(conn, [product]))[0]


@router.get("/products")
async def page(pool: Pool, asked: Annotated[Page, Query()]) -> Json:
    async with pool.connection() as conn:
        query = "SELECT * FROM products WHERE id > %s ORDER BY id LIMIT %s"
        found = await rows(conn, query, asked.after, asked.limit + 1)
        items = await with_variants(conn, found[: asked.limit])
    return {"items": items, "next": items[-1]["id"] if len(found) > asked.limit else None}


@router.get("/products/{product_id}")
async def show(product_id: Id, pool: Pool) -> Json:
    async with pool.connection() as conn:
        found = await rows(conn, "SELECT * FROM products WHERE id = %s", product_id)
        if not found:
            raise HTTPException(404, "There is no such product.")
        return (await with_variants(conn, found))[0]


@router.patch("/variants/{sku}")
async def change(_: Admin, sku: Sku, data: Annotated[VariantChange, sent(VariantChange)], pool: Pool) -> Json:
    async with pool.connection() as conn:
        row = await one(conn, "SELECT * FROM variants WHERE sku = %s FOR UPDATE", sku)
        if not row:
            raise HTTPException(404, "There is no such variant.")
        stock = row["stock"] + data.stock_change
        if stock < 0 or (stock > MOST and data.stock_change > 0):
            raise HTTPException(409, f"That would leave {stock} pieces.")
        row = row | {"price": data.price or row["price"], "stock": stock}
        update = "UPDATE variants SET price = %s, stock = %s WHERE sku = %s"
        await conn.execute(update, [row["price"], row["stock"], sku])
        return variant_json(row)
