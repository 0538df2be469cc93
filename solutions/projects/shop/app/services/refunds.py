"""Refunds: noted first, so that none is lost and no two are more than was paid."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Invalid
from app.models import Order, Refund
from app.provider import Provider
from app.services.orders import change_status, locked_order


async def refund_order(
    *,
    session: AsyncSession,
    provider: Provider,
    order_id: int,
    key: str,
    amount: Decimal,
) -> Refund:
    """Give an amount back, once for each key.

    Raises NotFound, Conflict, Unavailable, and Invalid for a key that was used for
    another amount.
    """
    order = await locked_order(session=session, order_id=order_id)
    refund = await known_refund(session=session, order=order, key=f"asked-{key}")
    if refund is None:
        refund = await new_refund(
            session=session, order=order, key=f"asked-{key}", amount=amount
        )
    if refund.amount != amount:
        raise Invalid("This Idempotency-Key was used for another amount.")
    await session.commit()
    await carry_out(session=session, provider=provider, refund=refund)
    return refund


async def known_refund(
    *, session: AsyncSession, order: Order, key: str
) -> Refund | None:
    wanted = select(Refund).where(Refund.order_id == order.id, Refund.key == key)
    return (await session.scalars(wanted)).one_or_none()


async def new_refund(
    *, session: AsyncSession, order: Order, key: str, amount: Decimal
) -> Refund:
    """Note a refund, which counts from now on. Raises Conflict."""
    if order.status not in ("paid", "shipped"):
        raise Conflict(f"This order is {order.status}.")
    counted = select(func.coalesce(func.sum(Refund.amount), 0)).where(
        Refund.order_id == order.id, Refund.payment == order.payment
    )
    if (await session.scalars(counted)).one() + amount > order.total:
        raise Conflict("This is more than is left of what was paid.")
    refund = Refund(
        order_id=order.id,
        key=key,
        payment=order.payment,
        amount=amount,
        currency=order.currency,
        done=False,
    )
    session.add(refund)
    await session.flush()
    return refund


async def note_late_money(
    *, session: AsyncSession, order: Order, payment: str
) -> Refund:
    """The refund of a payment that no order waits for, noted once."""
    key = f"late-{payment}"
    refund = await known_refund(session=session, order=order, key=key)
    if refund is None:
        refund = Refund(
            order_id=order.id,
            key=key,
            payment=payment,
            amount=order.total,
            currency=order.currency,
            done=False,
        )
        session.add(refund)
    await session.commit()
    return refund


async def carry_out(
    *, session: AsyncSession, provider: Provider, refund: Refund
) -> None:
    """Tell the provider, outside of any transaction, and note that it is done."""
    if refund.done:
        return
    await provider.refund(
        payment=refund.payment,
        amount=refund.amount,
        currency=refund.currency,
        key=f"refund-{refund.id}",
    )
    order = await locked_order(session=session, order_id=refund.order_id)
    await session.refresh(refund)
    if not refund.done:
        refund.done = True
        if refund.payment == order.payment:
            settle(session=session, order=order, amount=refund.amount)
    await session.commit()


def settle(*, session: AsyncSession, order: Order, amount: Decimal) -> None:
    """Count what went back of an order's own payment."""
    order.refunded += amount
    if order.refunded == order.total:
        change_status(session=session, order=order, status="refunded")
