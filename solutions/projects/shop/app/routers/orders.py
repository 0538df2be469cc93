"""Orders, payments and refunds over HTTP."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.callers import Anybody, CustomerId, only_admin
from app.database import DbSession
from app.dependencies import Id, IdempotencyKey
from app.models import Order, Refund
from app.provider import PaymentProvider
from app.schemas.orders import (
    Checkout,
    OrderResponse,
    RefundRequest,
    RefundResponse,
)
from app.services import checkout, orders, payments, refunds

router = APIRouter(prefix="/orders", tags=["orders"])


@router.post("", status_code=201, response_model=OrderResponse)
async def place_order(
    customer_id: CustomerId,
    sent: Checkout,
    key: IdempotencyKey,
    session: DbSession,
    request: Request,
    response: Response,
) -> dict[str, Any]:
    answer = await checkout.place_order(
        session=session, customer_id=customer_id, key=key, address=sent.address
    )
    where = request.app.url_path_for("read_order", order_id=answer["id"])
    response.headers["Location"] = where
    return answer


@router.get("/{order_id}", response_model=OrderResponse)
async def read_order(order_id: Id, caller: Anybody, session: DbSession) -> Order:
    return await orders.visible_order(session=session, order_id=order_id, caller=caller)


@router.post("/{order_id}/payment", status_code=202, response_model=OrderResponse)
async def begin_payment(
    order_id: Id, caller: Anybody, session: DbSession, provider: PaymentProvider
) -> Order:
    return await payments.begin_payment(
        session=session, provider=provider, order_id=order_id, caller=caller
    )


@router.post("/{order_id}/cancel", response_model=OrderResponse)
async def cancel_order(order_id: Id, caller: Anybody, session: DbSession) -> Order:
    return await orders.cancel_order(session=session, order_id=order_id, caller=caller)


@router.post(
    "/{order_id}/ship", response_model=OrderResponse, dependencies=[only_admin]
)
async def ship_order(order_id: Id, session: DbSession) -> Order:
    return await orders.ship_order(session=session, order_id=order_id)


@router.post(
    "/{order_id}/refunds",
    status_code=201,
    response_model=RefundResponse,
    dependencies=[only_admin],
)
async def refund_order(
    order_id: Id,
    sent: RefundRequest,
    key: IdempotencyKey,
    session: DbSession,
    provider: PaymentProvider,
) -> Refund:
    return await refunds.refund_order(
        session=session,
        provider=provider,
        order_id=order_id,
        key=key,
        amount=sent.amount,
    )
