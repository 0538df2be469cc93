"""What a post looks like to clients: what they may send, and what they get back."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, StringConstraints


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


class PostBase(BaseModel):
    title: Title
    content: Content
    published: bool = True


class PostCreate(PostBase):
    """What a client sends to create or to replace a post."""


class PostUpdate(BaseModel):
    """What a client sends to change some fields of a post.

    A field that is left out keeps its value; the defaults here are never stored. None of the
    fields may be null, so none of the types allows it.
    """

    title: Title = ""
    content: Content = ""
    published: bool = True


class PostResponse(PostBase):
    """A post as clients see it."""

    id: int


class PostList(BaseModel):
    """One page of posts, and how many there are in all."""

    items: list[PostResponse]
    total: int
