"""What path operations ask for before they run."""

import re
from typing import Annotated, Literal

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Sessions, get_session, get_sessions
from app.schemas.text import Text

# The largest integer that a PostgreSQL integer column can hold.
MOST = 2_147_483_647
PostId = Annotated[int, Path(ge=1, le=MOST)]
UserName = Annotated[Text, Path(max_length=100)]
Words = Annotated[Text, StringConstraints(max_length=100)]
CommentId = Annotated[int, Path(ge=1, le=MOST)]

# scope="function": closed before the response is sent, not after it.
DbSession = Annotated[AsyncSession, Depends(get_session, scope="function")]
DbSessions = Annotated[Sessions, Depends(get_sessions)]


class Page(BaseModel):
    """Which part of a list a client asks for. A name that is not here is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 10
    skip: Annotated[int, Field(ge=0, le=MOST)] = 0
    search: Words = ""
    sort_by: Literal["id", "title", "newest"] = "id"


WantedPage = Annotated[Page, Query()]


def one_hyphen(text: str) -> str:
    """Hyphens in a row become one: PostgreSQL reads no search with 33 of them."""
    return re.sub(r"-(\s*-)+", "-", text)


class FeedPage(BaseModel):
    """Which part of the feed a client asks for: what comes after the post `before`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 10
    before: Annotated[int, Field(ge=1, le=MOST)] = MOST
    search: Annotated[Words, AfterValidator(one_hyphen)] = ""
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


class UserPage(BaseModel):
    """Which users an admin asks for: those after the user `after`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Annotated[int, Field(ge=0, le=MOST)] = 0


WantedUsers = Annotated[UserPage, Query()]
