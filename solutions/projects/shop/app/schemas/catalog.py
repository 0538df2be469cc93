"""Products and their variants."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.money import Currency, Money, Price
from app.schemas.strict import MOST, Sku, Strict, Text, Trimmed

MOST_PIECES = 1_000_000

Pieces = Annotated[int, Field(strict=True, ge=0, le=MOST_PIECES)]
Change = Annotated[int, Field(strict=True, ge=-MOST_PIECES, le=MOST_PIECES)]


class VariantCreate(Strict):
    sku: Sku
    size: Annotated[Text, StringConstraints(max_length=40)] = ""
    price: Price
    stock: Pieces


class ProductCreate(Strict):
    name: Annotated[Trimmed, StringConstraints(max_length=200)]
    currency: Currency
    variants: Annotated[list[VariantCreate], Field(min_length=1, max_length=50)]


class VariantUpdate(Strict):
    price: Price | None = None
    stock_change: Change = 0


class VariantResponse(Strict):
    sku: str
    size: str
    price: Money
    stock: int


class ProductResponse(Strict):
    id: int
    name: str
    currency: Currency
    variants: list[VariantResponse]


class ProductList(Strict):
    items: list[ProductResponse]
    next: int | None


class Page(Strict):
    """Which part of the list: what comes after the product `after`."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    after: Annotated[int, Field(ge=0, le=MOST)] = 0
