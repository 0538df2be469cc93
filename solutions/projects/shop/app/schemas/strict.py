"""What all bodies have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

MOST = 2**31 - 1  # the largest integer of an id

# PostgreSQL stores every character but NUL.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Trimmed = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1)]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]


class Strict(BaseModel):
    """An unknown name is refused: a typing mistake would look like success."""

    model_config = ConfigDict(extra="forbid")
