"""Accounts, as clients see them."""

import unicodedata
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    EmailStr,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from app.roles import Role
from app.security import LONGEST, SHORTEST, good_password


def one_spelling(email: object) -> object:
    """The same address, however it was typed."""
    if isinstance(email, str):
        return unicodedata.normalize("NFKC", email).strip().lower()
    return email


Email = Annotated[EmailStr, BeforeValidator(one_spelling)]
ADDRESS = TypeAdapter(Email)
# At least three characters: /users/me stays free for one's own account.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,29}$")]
# As typed, a character may be several that are one when it is normalized.
Typed = Annotated[str, StringConstraints(max_length=4 * LONGEST)]
# What clients are told. What counts is the length of the normalized text.
LENGTH = Field(json_schema_extra={"minLength": SHORTEST, "maxLength": LONGEST})
Password = Annotated[Typed, AfterValidator(good_password), LENGTH]


def as_email(text: str) -> str:
    """The address that a client typed, as it is stored; "" for what is none."""
    try:
        return ADDRESS.validate_python(text)
    except ValidationError:
        return ""


class FirstPassword(BaseModel):
    """What an author from before there were passwords sends, once."""

    email: Email
    password: Password


class Registration(FirstPassword):
    """What a new user sends."""

    name: Name


class Me(BaseModel):
    """A user, as they see themselves."""

    name: str
    email: str
    role: Role


class Token(BaseModel):
    """The response to a login, with the names that OAuth2 gives."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int  # seconds
    scope: str  # what was granted, with spaces between
    refresh_token: str


class Refresh(BaseModel):
    """What a client sends for the next access token."""

    refresh_token: Annotated[str, StringConstraints(max_length=100)]


class NewPassword(BaseModel):
    """The old password, and the one that takes its place."""

    old: Typed
    new: Password
