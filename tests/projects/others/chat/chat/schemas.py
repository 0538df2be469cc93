"""What comes in: bodies, queries and frames. What is not named here is refused."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from starlette.requests import Request

from chat.errors import problem


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("U+0000 is not allowed")
    return text


Storable = AfterValidator(_storable)
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{3,30}$")]
RoomName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), Storable]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=64), Storable]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000), Storable]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewUser(Strict):
    name: Name
    password: Annotated[str, StringConstraints(min_length=8, max_length=200)]


class NewRoom(Strict):
    name: RoomName
    private: bool = False


class MemberChange(Strict):
    role: Literal["moderator", "member"] = None  # type: ignore[assignment]
    muted: bool = None  # type: ignore[assignment]


class Nothing(Strict):
    pass


class Page(Strict):
    before: Annotated[int, Field(ge=1)] = 2**31 - 1
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class Login(BaseModel):
    """The fields of OAuth 2 that we have no use for may come along."""

    model_config = ConfigDict(extra="forbid")
    username: str
    password: str
    grant_type: Literal["password"] = "password"
    scope: str = ""
    client_id: str = ""
    client_secret: str = ""


class Hello(Strict):
    type: Literal["hello"]
    token: str
    after: Annotated[int, Field(ge=0)] | None = None


class Send(Strict):
    type: Literal["send"]
    client_id: ClientId
    text: Text


class Ack(Strict):
    type: Literal["ack"]
    number: Annotated[int, Field(ge=0, le=2**31 - 1)]


class Typing(Strict):
    type: Literal["typing"]


Frame = Annotated[Send | Ack | Typing, Field(discriminator="type")]
FRAME: TypeAdapter[Send | Ack | Typing] = TypeAdapter(Frame)
CLIENT_ID: TypeAdapter[str] = TypeAdapter(ClientId)
Model = TypeVar("Model", bound=BaseModel)


def _refuse(error: ValidationError) -> Exception:
    first = error.errors()[0]
    return problem(422, ": ".join([*(str(part) for part in first["loc"]), first["msg"]]))


async def body(request: Request, model: type[Model]) -> Model:
    """The JSON of the body; a 422 where it is not as it should be."""
    try:
        return model.model_validate_json(await request.body() or b"{}")
    except ValidationError as error:
        raise _refuse(error) from None


def fields(values: Mapping[str, Any], model: type[Model]) -> Model:
    """The fields of a query or a form."""
    try:
        return model.model_validate(dict(values), strict=False)
    except ValidationError as error:
        raise _refuse(error) from None
