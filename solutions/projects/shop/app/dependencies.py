"""What path operations ask for before they run."""

from typing import Annotated

from fastapi import Header, Path

from app.schemas.strict import MOST, Sku

Id = Annotated[int, Path(ge=1, le=MOST)]
SkuInPath = Annotated[Sku, Path()]
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", pattern=r"^[!-~]{1,100}$")
]
