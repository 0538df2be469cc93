"""Tags, as clients see them."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

TagName = Annotated[
    str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z0-9-]{1,30}$")
]


class Tags(BaseModel):
    """The tags of one post."""

    names: Annotated[list[TagName], Field(max_length=10, fail_fast=True)]


class TagCount(BaseModel):
    """A tag, and how many published posts have it."""

    name: str
    posts: int


class TagList(BaseModel):
    """The tags that most posts have."""

    items: list[TagCount]
