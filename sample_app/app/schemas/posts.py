"""Posts, as clients see them."""

from datetime import datetime
from typing import Annotated

from pydantic import (
    MISSING,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

from app.schemas.text import Text, Trimmed

Title = Annotated[Trimmed, StringConstraints(max_length=200)]
Content = Annotated[Text, StringConstraints(min_length=1, max_length=20_000)]

Excerpt = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=300)]


class PostBase(BaseModel):
    title: Title
    content: Content
    excerpt: Excerpt = ""
    published: StrictBool = True


class PostCreate(PostBase):
    """What a client sends to create or to replace a post."""


class PostUpdate(BaseModel):
    """What a client sends to change some fields of a post.

    A field that is left out keeps its value, and none may be null. An unknown name is
    refused: a typing mistake would change nothing and look like success.
    """

    model_config = ConfigDict(extra="forbid")

    title: Title | MISSING = MISSING
    content: Content | MISSING = MISSING
    excerpt: Excerpt | MISSING = MISSING
    published: StrictBool | MISSING = MISSING


class PostResponse(PostBase):
    """A post as clients see it; of its author, only the name."""

    id: int
    slug: str
    author: str | None = Field(None, validation_alias="author_name")
    tags: list[str] = Field(validation_alias="tag_names")
    score: int
    created_at: datetime
    updated_at: datetime


class PostList(BaseModel):
    """One page of posts, and how many there are in all."""

    items: list[PostResponse]
    total: int
