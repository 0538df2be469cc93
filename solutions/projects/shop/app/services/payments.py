"""Payments: begun by a customer, ended by the provider's webhooks."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.callers import Caller
from app.errors import Conflict
from app.models import Order
from app.provider import Provider
from app.schemas.orders import Webhook
from app.schemas.strict import MOST
from app.services import refunds
from app.services.orders import (
    change_status,
    locked_order,
    put_back,
    visible_order,
)


async def begin_payment(
    *, session: AsyncSession, provider: Provider, order_id: int, caller: Caller
) -> Order:
    """Ask the provider for the money. Raises NotFound, Conflict, Unavailable."""
    order = await visible_order(session=session, order_id=order_id, caller=caller)
    if order.status != "pending":
        raise Conflict(f"This order is {order.status}.")
    await session.commit()  # no connection waits for the provider
    await provider.pay(
        reference=str(order.id),
        amount=order.total,
        currency=order.currency,
        key=f"order-{order.id}",
    )
    # A webhook may have been faster than the answer.
    return await visible_order(session=session, order_id=order_id, caller=caller)


async def hear(*, session: AsyncSession, provider: Provider, told: Webhook) -> None:
    """Do what a webhook says, once. Raises NotFound, Conflict, Unavailable."""
    order = await locked_order(session=session, order_id=number(told.reference))
    if told.type == "payment.failed" and order.status == "pending":
        change_status(session=session, order=order, status="failed")
        await put_back(session=session, order=order)
        await session.commit()
    elif told.type == "payment.succeeded":
        if (told.amount, told.currency) != (order.total, order.currency):
            raise Conflict("This is not what the order costs.")
        await take_money(session=session, provider=provider, order=order, told=told)


def number(reference: str) -> int:
    """The id of the order that we have called so; 0 for what we never said."""
    ours = reference.isascii() and reference.isdigit() and int(reference) <= MOST
    return int(reference) if ours else 0


async def take_money(
    *, session: AsyncSession, provider: Provider, order: Order, told: Webhook
) -> None:
    """An order is paid, or the money goes back. Raises Unavailable."""
    if order.status == "pending":
        order.payment = told.payment
        change_status(session=session, order=order, status="paid")
        await session.commit()
    elif order.payment != told.payment:
        back = await refunds.note_late_money(
            session=session, order=order, payment=told.payment
        )
        await refunds.carry_out(session=session, provider=provider, refund=back)
