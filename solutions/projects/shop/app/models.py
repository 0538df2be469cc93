"""The tables, as classes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base import Base


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    currency: Mapped[str]
    variants: Mapped[list["Variant"]] = relationship(
        lazy="selectin", order_by="Variant.id", back_populates="product"
    )


class Variant(Base):
    """What is sold: a product in one size. `stock`: what can be sold now."""

    __tablename__ = "variants"
    __table_args__ = (
        CheckConstraint("stock >= 0", "stock"),
        CheckConstraint("price > 0", "price"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    sku: Mapped[str] = mapped_column(unique=True)
    size: Mapped[str]
    price: Mapped[Decimal]
    stock: Mapped[int]
    product: Mapped[Product] = relationship(back_populates="variants")


class CartLine(Base):
    __tablename__ = "cart_lines"
    __table_args__ = (CheckConstraint("quantity BETWEEN 1 AND 1000", "quantity"),)

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id"), primary_key=True
    )
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    quantity: Mapped[int]


class Order(Base):
    """An order, and the payment that paid it. `refunded`: what went back of that."""

    __tablename__ = "orders"
    __table_args__ = (CheckConstraint("refunded BETWEEN 0 AND total", "refunded"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    status: Mapped[str]
    currency: Mapped[str]
    total: Mapped[Decimal]
    refunded: Mapped[Decimal] = mapped_column(server_default=text("0"))
    payment: Mapped[str | None]
    address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lines: Mapped[list["OrderLine"]] = relationship(
        lazy="selectin", order_by="OrderLine.id"
    )


class OrderLine(Base):
    """What was bought, as it was then. The variant may have changed since."""

    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    sku: Mapped[str]
    name: Mapped[str]
    size: Mapped[str]
    quantity: Mapped[int]
    price: Mapped[Decimal]

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


class PlacedOrder(Base):
    """A key that was used for a checkout, what for, and what the answer was."""

    __tablename__ = "placed_orders"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[dict[str, Any]]
    answer: Mapped[dict[str, Any]]


class Refund(Base):
    """Money that goes back. `done`: the provider has said so."""

    __tablename__ = "refunds"
    __table_args__ = (UniqueConstraint("order_id", "key"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    key: Mapped[str]
    payment: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    done: Mapped[bool] = mapped_column(server_default=text("false"))


class Event(Base):
    """The outbox: what the warehouse is told, in the order of the ids."""

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "events_unsent_idx",
            "order_id",
            "id",
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    type: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    next_try: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
