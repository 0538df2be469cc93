"""What path operations ask for before they run."""

import re
from typing import Annotated, Literal

from fastapi import Depends, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from app.database import get_session
from app.errors import Outdated
from app.schemas.text import Text
from app.services import posts

# The largest integer that a PostgreSQL integer column can hold.
MOST = 2_147_483_647
PostId = Annotated[int, Path(ge=1, le=MOST)]
UserName = Annotated[Text, Path(max_length=100)]
Words = Annotated[Text, StringConstraints(max_length=100)]
CommentId = Annotated[int, Path(ge=1, le=MOST)]

# scope="function": closed before the response is sent, not after it.
DbSession = Annotated[Session, Depends(get_session, scope="function")]


class Page(BaseModel):
    """Which part of a list a client asks for. A name that is not here is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 10
    skip: Annotated[int, Field(ge=0, le=MOST)] = 0
    search: Words = ""
    sort_by: Literal["id", "title", "newest"] = "id"


WantedPage = Annotated[Page, Query()]


class FeedPage(BaseModel):
    """Which part of the feed a client asks for: what comes after the post `before`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 10
    before: Annotated[int, Field(ge=1, le=MOST)] = MOST
    search: Words = ""
    tag: Words | None = None
    author: Words | None = None


WantedFeed = Annotated[FeedPage, Query()]


class CommentPage(BaseModel):
    """Which comments of a post a client asks for: those after the comment `after`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Annotated[int, Field(ge=0, le=MOST)] = 0


WantedComments = Annotated[CommentPage, Query()]


class TagPage(BaseModel):
    """How many tags a client asks for."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 20


WantedTags = Annotated[TagPage, Query()]


def if_unchanged(
    post_id: PostId,
    session: DbSession,
    if_match: Annotated[str | None, Header()] = None,
) -> None:
    """Let a change through if the post is still one that the client names."""
    if if_match is None or if_match.strip() == "*":
        return
    seen = re.findall(r'(?<!W/)"([^"]*)"', if_match)
    post = posts.locked_post(session=session, post_id=post_id)
    if str(post.version) not in seen:
        raise Outdated(f"Post {post_id} has changed. Read it again.")


unless_changed = Depends(if_unchanged)
