"""Checkout: a cart becomes an order, once for each key."""

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Invalid
from app.models import CartLine, Order, OrderLine, PlacedOrder, Variant
from app.schemas.orders import OrderResponse
from app.services.carts import Cart, Line, lock_customer, read_cart


async def place_order(
    *, session: AsyncSession, customer_id: int, key: str, address: str
) -> dict[str, Any]:
    """The answer for this key: that of the first time, or a new order.

    Raises Conflict, and Invalid for a key that was used for something else.
    """
    await lock_customer(session=session, customer_id=customer_id)
    asked = {"address": address}
    placed = await session.get(PlacedOrder, (customer_id, key))
    if placed is not None:
        if placed.asked != asked:
            raise Invalid("This Idempotency-Key was used for another request.")
        return placed.answer
    order = await new_order(session=session, customer_id=customer_id, address=address)
    answer = OrderResponse.model_validate(order).model_dump(mode="json")
    session.add(
        PlacedOrder(customer_id=customer_id, key=key, asked=asked, answer=answer)
    )
    await session.commit()
    return answer


async def new_order(*, session: AsyncSession, customer_id: int, address: str) -> Order:
    """Turn the whole cart into an order. Raises Conflict."""
    cart = await read_cart(session=session, customer_id=customer_id)
    if not cart.lines:
        raise Conflict("The cart is empty.")
    for line in cart.lines:  # always in the same order, so that no two wait in a ring
        await reserve(session=session, line=line)
    order = from_cart(cart)
    order.customer_id, order.address = customer_id, address
    session.add(order)
    await session.execute(delete(CartLine).where(CartLine.customer_id == customer_id))
    await session.flush()
    await session.refresh(order)
    return order


async def reserve(*, session: AsyncSession, line: Line) -> None:
    """Take the pieces out of stock, if there are enough. Raises Conflict."""
    taken = (
        update(Variant)
        .where(Variant.id == line.variant.id, Variant.stock >= line.quantity)
        .values(stock=Variant.stock - line.quantity)
        .returning(Variant.id)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(taken) is None:
        raise Conflict(f"There are not {line.quantity} pieces of {line.sku}.")


def from_cart(cart: Cart) -> Order:
    """An order with the lines of a cart, as they are now."""
    names = ("sku", "name", "size", "quantity", "price")
    lines = [
        OrderLine(**{name: getattr(line, name) for name in names})
        for line in cart.lines
    ]
    return Order(
        status="pending", currency=cart.currency, total=cart.total, lines=lines
    )
