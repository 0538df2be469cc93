"""What all schemas have in common: names in camelCase, text that can be stored, moments."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

MOST = 2**31 - 1  # the largest integer that an integer column can hold


def storable(text: str) -> str:
    """PostgreSQL stores every character but NUL."""
    if "\x00" in text:
        raise PydanticCustomError("nul", "has a character that cannot be stored")
    return text


def filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "can't be blank")
    return text


Text = Annotated[str, AfterValidator(storable)]
Filled = Annotated[Text, AfterValidator(filled)]
Trimmed = Annotated[Filled, AfterValidator(str.strip)]


def shown(moment: datetime) -> str:
    """Always with a fraction: isoformat() alone leaves .000 out."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


Moment = Annotated[datetime, PlainSerializer(shown, return_type=str)]


class Schema(BaseModel):
    """A field that we do not know is ignored: front ends send whole objects back."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True
    )
