"""Customers, carts, orders, refunds and webhooks."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, EmailStr, Field, StringConstraints

from app.money import Currency, Money, Price
from app.schemas.strict import Strict, Text, Trimmed


class TokenRequest(Strict):
    email: Annotated[EmailStr, StringConstraints(to_lower=True, max_length=254)]


class Token(Strict):
    token: str


class Quantity(Strict):
    quantity: Annotated[int, Field(strict=True, ge=0, le=1000)]


class Checkout(Strict):
    address: Annotated[Trimmed, StringConstraints(max_length=500)]


class RefundRequest(Strict):
    amount: Price


class Line(BaseModel):
    """A line of a cart or of an order."""

    model_config = ConfigDict(from_attributes=True)

    sku: str
    name: str
    size: str
    quantity: int
    price: Money
    total: Money


class CartResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    currency: Currency | None
    total: Money
    lines: list[Line]


class OrderResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    status: str
    currency: Currency
    total: Money
    refunded: Money
    address: str
    lines: list[Line]
    created_at: datetime


class RefundResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    amount: Money
    currency: Currency


class Webhook(BaseModel):
    """What the provider tells. It may say more in the next version, which we ignore."""

    id: str
    type: str
    payment: Text
    reference: str
    amount: Decimal
    currency: str
