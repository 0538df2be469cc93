"""What requests may bring."""

import re
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints


def storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("has a character that cannot be stored")
    return text


def filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


def address(text: str) -> str:
    """In small letters: capitals mean the same."""
    text = text.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
        raise ValueError("is no e-mail address")
    return text


def findable(name: str) -> str:
    """No name, tag or slug is empty, and none has a character that cannot be stored."""
    return "" if "\0" in name else name


def once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


def nothing_if_empty(value: Any) -> Any:
    return None if value == "" else value


Text = Annotated[str, AfterValidator(storable)]
Filled = Annotated[Text, AfterValidator(filled)]


def trimmed(most: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most)


Username = Annotated[str, trimmed(50), AfterValidator(storable)]
Email = Annotated[Text, Field(max_length=254), AfterValidator(address)]
Password = Annotated[Filled, Field(min_length=8, max_length=200)]
About = Annotated[Annotated[Text, Field(max_length=1000)] | None, BeforeValidator(nothing_if_empty)]
Title = Annotated[str, trimmed(200), AfterValidator(storable)]
Description = Annotated[Filled, Field(max_length=500)]
Body = Annotated[Filled, Field(max_length=50_000)]
Tag = Annotated[str, trimmed(50), AfterValidator(storable)]
Tags = Annotated[list[Tag], AfterValidator(once), Field(max_length=20, alias="tagList")]

Findable = Annotated[str, AfterValidator(findable)]
InPath = Annotated[str, Path(), AfterValidator(unquote), AfterValidator(findable)]


class NewUser(BaseModel):
    username: Username
    email: Email
    password: Password


class Login(BaseModel):
    email: Text
    password: Text


class UserChange(BaseModel):
    """Fields that are not sent are not set, whatever their default; see `exclude_unset`."""

    username: Username = ""
    email: Email = ""
    password: Annotated[Password | None, BeforeValidator(nothing_if_empty)] = None
    bio: About = None
    image: About = None


class NewArticle(BaseModel):
    title: Title
    description: Description
    body: Body
    tags: Tags = []


class ArticleChange(BaseModel):
    title: Title = ""
    description: Description = ""
    body: Body = ""
    tags: Tags = []


class NewComment(BaseModel):
    body: Annotated[Filled, Field(max_length=5000)]
