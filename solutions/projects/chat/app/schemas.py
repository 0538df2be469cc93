"""What clients send over HTTP, and what they get."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    MISSING,
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

MOST = 2**31 - 1  # the largest integer of a column
Role = Literal["owner", "moderator", "member"]


def storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("it must not have the character U+0000")
    return text


Storable = AfterValidator(storable)
UserName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{3,30}$")]
Trimmed = StringConstraints(strip_whitespace=True, min_length=1, max_length=80)


class Strict(BaseModel):
    """An unknown name is refused: a typing mistake would look like success."""

    model_config = ConfigDict(extra="forbid")


class Registration(Strict):
    name: UserName
    password: Annotated[str, StringConstraints(min_length=8, max_length=200)]


class UserResponse(BaseModel):
    id: int
    name: str


class Token(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"


class RoomCreate(Strict):
    name: Annotated[str, Trimmed, Storable]
    private: StrictBool = False


class RoomResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    private: bool
    owner: str
    latest: int


class RoomList(BaseModel):
    items: list[RoomResponse]


class MemberUpdate(Strict):
    """A field that is left out keeps its value."""

    role: Literal["moderator", "member"] | MISSING = MISSING
    muted: StrictBool | MISSING = MISSING


class MemberResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    role: Role
    muted: bool
    online: bool


class MemberList(BaseModel):
    items: list[MemberResponse]


class MessageResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    author: str
    text: str | None
    sent_at: datetime
    deleted: bool


class MessageList(BaseModel):
    """A page, newest first, and the `before` of the next one."""

    items: list[MessageResponse]
    next: int | None


class WantedMessages(Strict):
    before: Annotated[int, Field(ge=1)] = MOST
    limit: Annotated[int, Field(ge=1, le=100)] = 50
