"""What a client says over a WebSocket."""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from app.schemas import MOST, Storable

Number = Annotated[int, Field(ge=0, le=MOST)]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=64), Storable]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000), Storable]


class Frame(BaseModel):
    """Strict: "5" is no number, and an unknown name is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Hello(Frame):
    """What a client says first: its token, and the last message that it has."""

    type: Literal["hello"]
    token: str
    after: Number | None = None


class Send(Frame):
    type: Literal["send"]
    client_id: ClientId
    text: Text


class Ack(Frame):
    type: Literal["ack"]
    number: Number


class Typing(Frame):
    type: Literal["typing"]


Said = Send | Ack | Typing
SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])
CLIENT_ID: TypeAdapter[str] = TypeAdapter(ClientId)


def named_by(text: str) -> dict[str, str]:
    """The client_id of a `send` that is refused, for the error; nothing without one."""
    try:
        sent = json.loads(text)
        return {"client_id": CLIENT_ID.validate_python(sent["client_id"])}
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
