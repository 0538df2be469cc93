"""The types of fields and their limits, and how a body is read."""

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def cents(text: object) -> int:
    """Money becomes a whole number of cents: "12.50" is 1250."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,10}\.[0-9]{2}", text):
        raise ValueError("no money")
    return int(text.replace(".", ""))


def money(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


def whole(text: object) -> object:
    """A whole number of an address: no sign, no spaces, and small enough for PostgreSQL."""
    if isinstance(text, str) and not re.fullmatch("[0-9]{1,18}", text):
        raise ValueError("no whole number")
    return text


def storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("PostgreSQL stores no NUL")
    return text


Amount = Annotated[int, BeforeValidator(cents), Field(gt=0)]
Whole = Annotated[int, BeforeValidator(whole)]
Id = Annotated[Whole, Path()]
NO_NUL = AfterValidator(storable)  # stands behind limits: they count for a text alone
Text = Annotated[str, NO_NUL]
Sku = Annotated[str, StringConstraints(pattern="^[A-Z0-9-]{1,40}$")]
Key = Annotated[str, Header(alias="Idempotency-Key", pattern="^[!-~]{1,100}$")]


def trimmed(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


class Body(BaseModel):
    """The body of a request: no other fields, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


def sent(model: type[BaseModel]) -> Any:
    """Read here and not by FastAPI, which would look at the body before it looks at who asks."""

    async def read(request: Request) -> BaseModel:
        return model.model_validate_json(await request.body())

    return Depends(read)
