"""Money: a text outside, a Decimal inside, never a float."""

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer

WRITTEN = re.compile(r"[0-9]{1,10}\.[0-9]{2}")

Currency = Literal["EUR", "USD", "GBP"]


def read(value: object) -> Decimal:
    """The money that a client has written. Raises ValueError."""
    if not isinstance(value, str) or not WRITTEN.fullmatch(value):
        raise ValueError('money is a text with two decimals, such as "12.50"')
    amount = Decimal(value)
    if not amount:
        raise ValueError("it is more than zero")
    return amount


def written(amount: Decimal) -> str:
    return f"{amount:.2f}"


# What a client sends: a price, or an amount.
Price = Annotated[Decimal, BeforeValidator(read)]

# What a client gets.
Money = Annotated[Decimal, PlainSerializer(written, return_type=str)]
