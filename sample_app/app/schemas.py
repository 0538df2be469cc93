"""What things look like to clients: what they may send, and what they get back."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    MISSING,
    AfterValidator,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)


def without_nul(text: str) -> str:
    """PostgreSQL stores every character but this one."""
    if "\0" in text:
        raise ValueError("may not contain the character NUL")
    return text


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(without_nul),
]
Content = Annotated[
    str,
    StringConstraints(min_length=1, max_length=20_000),
    AfterValidator(without_nul),
]
Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000),
    AfterValidator(without_nul),
]
TagName = Annotated[
    str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z0-9-]{1,30}$")
]


class PostBase(BaseModel):
    title: Title
    content: Content
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
    published: StrictBool | MISSING = MISSING


class PostResponse(PostBase):
    """A post as clients see it; of its author, only the name."""

    id: int
    author: str | None = Field(None, validation_alias=AliasPath("author", "name"))
    tags: list[str] = Field(validation_alias="tag_names")
    score: int
    created_at: datetime
    updated_at: datetime


class PostList(BaseModel):
    """One page of posts, and how many there are in all."""

    items: list[PostResponse]
    total: int


class CommentCreate(BaseModel):
    content: Remark


class CommentResponse(BaseModel):
    """A comment as clients see it; of its author, only the name."""

    id: int
    content: str
    author: str = Field(validation_alias=AliasPath("author", "name"))


class CommentList(BaseModel):
    """Oldest first; `next` is the `after` of the following page, null at the end."""

    items: list[CommentResponse]
    next: int | None


class Tags(BaseModel):
    """The tags of one post."""

    names: Annotated[set[TagName], Field(max_length=10)]


class TagCount(BaseModel):
    """A tag, and how many published posts have it."""

    name: str
    posts: int


class TagList(BaseModel):
    """The tags that most posts have."""

    items: list[TagCount]


class VoteCreate(BaseModel):
    value: Literal[-1, 1]


class VoteResponse(BaseModel):
    post_id: int
    value: int


class Problem(BaseModel):
    """What went wrong: `type` is for programs, `title` and `detail` are for people."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


class FeedItem(BaseModel):
    """A post as a list shows it: no content, but what is known of it from other tables."""

    id: int
    title: str
    author: str | None
    tags: list[str]
    comments: int
    score: int


class Feed(BaseModel):
    """Newest first; `next` is the `before` of the following page, null at the end."""

    items: list[FeedItem]
    next: int | None


class Profile(BaseModel):
    """A user in numbers; `score` is what votes on their published posts add up to."""

    name: str
    posts: int
    comments: int
    score: int
