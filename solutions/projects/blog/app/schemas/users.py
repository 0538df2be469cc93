"""Users and profiles."""

from typing import Annotated, Self

from pydantic import (
    MISSING,
    BeforeValidator,
    EmailStr,
    SecretStr,
    StringConstraints,
)

from app.models import User
from app.schemas.base import Schema, Text, Trimmed
from app.security import new_token


def unless_empty(value: object) -> object:
    """The empty field of a form stands for nothing."""
    return None if value == "" else value


Username = Annotated[Trimmed, StringConstraints(max_length=50)]
Email = Annotated[EmailStr, StringConstraints(to_lower=True, max_length=254)]
Password = Annotated[str, StringConstraints(min_length=8, max_length=200)]
Optional = BeforeValidator(unless_empty)
Line = Annotated[Annotated[Text, StringConstraints(max_length=1000)] | None, Optional]


class NewUser(Schema):
    username: Username
    email: Email
    password: Password


class Registration(Schema):
    user: NewUser


class Credentials(Schema):
    email: Text
    password: SecretStr


class Login(Schema):
    user: Credentials


class UserChanges(Schema):
    """A field that is left out keeps its value."""

    username: Username | MISSING = MISSING
    email: Email | MISSING = MISSING
    password: Annotated[Password | None, Optional] = None  # keeps the one that is there
    bio: Line | MISSING = MISSING
    image: Line | MISSING = MISSING


class UserUpdate(Schema):
    user: UserChanges


class CurrentUser(Schema):
    username: str
    email: str
    bio: str | None
    image: str | None
    token: str


class UserResponse(Schema):
    user: CurrentUser

    @classmethod
    def of(cls, user: User) -> Self:
        """A user as they see themselves, with a new token."""
        shown = CurrentUser(
            username=user.username,
            email=user.email,
            bio=user.bio,
            image=user.image,
            token=new_token(user.id),
        )
        return cls(user=shown)


class Profile(Schema):
    username: str
    bio: str | None
    image: str | None
    following: bool


class ProfileResponse(Schema):
    profile: Profile
