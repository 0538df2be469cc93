"""The feed, as clients see it."""

from pydantic import BaseModel


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
