"""Orders, and the changes of status that there are."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.callers import Caller
from app.errors import Conflict, NotFound
from app.models import Event, Order, Variant

CHANGES = {
    "pending": {"paid", "failed", "cancelled"},
    "paid": {"shipped", "refunded"},
    "shipped": {"refunded"},
}


async def visible_order(
    *, session: AsyncSession, order_id: int, caller: Caller
) -> Order:
    """An order that the caller may see. Raises NotFound."""
    order = await session.get(Order, order_id, populate_existing=True)
    if order is None or not caller.may_see(order.customer_id):
        raise NotFound(f"There is no order {order_id}.")
    return order


async def locked_order(*, session: AsyncSession, order_id: int) -> Order:
    """An order that nobody else changes until we commit. Raises NotFound."""
    wanted = select(Order).where(Order.id == order_id).with_for_update()
    order = await session.scalar(wanted.execution_options(populate_existing=True))
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order


def change_status(*, session: AsyncSession, order: Order, status: str) -> None:
    """Change the status, and note the event in the same transaction. Raises Conflict."""
    if status not in CHANGES.get(order.status, set()):
        raise Conflict(f"An order that is {order.status} cannot be {status}.")
    order.status = status
    session.add(Event(order_id=order.id, type=f"order.{status}"))


async def put_back(*, session: AsyncSession, order: Order) -> None:
    """The pieces of an order can be sold again."""
    for line in sorted(order.lines, key=lambda line: line.id):
        more = Variant.stock + line.quantity
        back = update(Variant).where(Variant.sku == line.sku).values(stock=more)
        await session.execute(back)


async def cancel_order(
    *, session: AsyncSession, order_id: int, caller: Caller
) -> Order:
    """Cancel an order that is not paid. Raises NotFound, Conflict."""
    await visible_order(session=session, order_id=order_id, caller=caller)
    order = await locked_order(session=session, order_id=order_id)
    change_status(session=session, order=order, status="cancelled")
    await put_back(session=session, order=order)
    await session.commit()
    return order


async def ship_order(*, session: AsyncSession, order_id: int) -> Order:
    """Note that an order has left. Raises NotFound, Conflict."""
    order = await locked_order(session=session, order_id=order_id)
    change_status(session=session, order=order, status="shipped")
    await session.commit()
    return order
