"""Products, their variants and the stock."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, NotFound
from app.models import Customer, Product, Variant
from app.schemas.catalog import MOST_PIECES


async def customer_of(*, session: AsyncSession, email: str) -> int:
    """The customer with this address, who is made if new."""
    new = insert(Customer).values(email=email).on_conflict_do_nothing()
    await session.execute(new)
    await session.commit()
    known = select(Customer.id).where(Customer.email == email)
    return (await session.scalars(known)).one()


async def create_product(
    *, session: AsyncSession, variants: list[dict[str, Any]], **values: str
) -> Product:
    """Store a new product with its variants. Raises IntegrityError for a sku twice."""
    product = Product(**values, variants=[Variant(**each) for each in variants])
    session.add(product)
    await session.commit()
    return product


async def read_product(*, session: AsyncSession, product_id: int) -> Product:
    """One product. Raises NotFound."""
    product = await session.get(Product, product_id)
    if product is None:
        raise NotFound(f"There is no product {product_id}.")
    return product


async def find_products(
    *, session: AsyncSession, limit: int, after: int
) -> tuple[list[Product], int | None]:
    """A page of the products after the product `after`, and where the next begins."""
    wanted = select(Product).where(Product.id > after).order_by(Product.id)
    found = (await session.scalars(wanted.limit(limit + 1))).all()
    items = list(found[:limit])
    return items, items[-1].id if len(found) > limit else None


async def change_variant(
    *, session: AsyncSession, sku: str, price: Decimal | None, stock_change: int
) -> Variant:
    """Set the price, add to the stock. Raises NotFound, Conflict."""
    wanted = select(Variant).where(Variant.sku == sku).with_for_update()
    variant = (await session.scalars(wanted)).one_or_none()
    if variant is None:
        raise NotFound(f"There is no variant {sku}.")
    if not 0 <= variant.stock + stock_change <= MOST_PIECES:
        raise Conflict(f"There are {variant.stock} pieces of {sku}.")
    variant.stock += stock_change
    variant.price = price or variant.price
    await session.commit()
    return variant
