"""The cart over HTTP."""

from fastapi import APIRouter

from app.callers import CustomerId
from app.database import DbSession
from app.dependencies import SkuInPath
from app.schemas.orders import CartResponse, Quantity
from app.services import carts

router = APIRouter(tags=["cart"])


@router.get("/cart", response_model=CartResponse)
async def read_cart(customer_id: CustomerId, session: DbSession) -> carts.Cart:
    return await carts.read_cart(session=session, customer_id=customer_id)


@router.put("/cart/{sku}", response_model=CartResponse)
async def put_in_cart(
    sku: SkuInPath, sent: Quantity, customer_id: CustomerId, session: DbSession
) -> carts.Cart:
    return await carts.put_in_cart(
        session=session, customer_id=customer_id, sku=sku, quantity=sent.quantity
    )
