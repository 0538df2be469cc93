"""Carts: each customer has one. It reserves nothing."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.errors import Conflict, NotFound
from app.models import CartLine, Customer, Variant

MOST_LINES = 50


@dataclass(frozen=True)
class Line:
    """A variant in a cart, with the price of now."""

    variant: Variant
    quantity: int

    @property
    def sku(self) -> str:
        return self.variant.sku

    @property
    def name(self) -> str:
        return self.variant.product.name

    @property
    def size(self) -> str:
        return self.variant.size

    @property
    def price(self) -> Decimal:
        return self.variant.price

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True)
class Cart:
    """What a customer wants to buy."""

    lines: list[Line]

    @property
    def currency(self) -> str | None:
        return self.lines[0].variant.product.currency if self.lines else None

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))


async def lock_customer(*, session: AsyncSession, customer_id: int) -> None:
    """What changes a cart comes one after the other, for each customer."""
    own = select(Customer.id).where(Customer.id == customer_id)
    await session.execute(own.with_for_update())


async def read_cart(*, session: AsyncSession, customer_id: int) -> Cart:
    """The cart of a customer. Its lines are in the order in which stock is locked."""
    wanted = (
        select(Variant, CartLine.quantity)
        .join(CartLine, CartLine.variant_id == Variant.id)
        .where(CartLine.customer_id == customer_id)
        .order_by(Variant.id)
        .options(joinedload(Variant.product).lazyload("*"))
    )
    found = (await session.execute(wanted)).all()
    return Cart([Line(variant, quantity) for variant, quantity in found])


async def put_in_cart(
    *, session: AsyncSession, customer_id: int, sku: str, quantity: int
) -> Cart:
    """Set how many pieces of a variant are wanted. Raises NotFound, Conflict."""
    await lock_customer(session=session, customer_id=customer_id)
    wanted = select(Variant).where(Variant.sku == sku)
    variant = await session.scalar(wanted.options(joinedload(Variant.product)))
    if variant is None:
        raise NotFound(f"There is no variant {sku}.")
    key = {"customer_id": customer_id, "variant_id": variant.id}
    if quantity:
        line = insert(CartLine).values(**key, quantity=quantity)
        both = list(key)
        values = {"quantity": quantity}
        await session.execute(
            line.on_conflict_do_update(index_elements=both, set_=values)
        )
    else:
        await session.execute(delete(CartLine).filter_by(**key))
    cart = await read_cart(session=session, customer_id=customer_id)
    check(cart)
    await session.commit()
    return cart


def check(cart: Cart) -> None:
    """One currency, and not too many lines. Raises Conflict."""
    if len({line.variant.product.currency for line in cart.lines}) > 1:
        raise Conflict("All in a cart has one currency.")
    if len(cart.lines) > MOST_LINES:
        raise Conflict(f"A cart has at most {MOST_LINES} lines.")
