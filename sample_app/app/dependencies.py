"""What path operations ask for before they run."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Query
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from app.database import get_session
from app.errors import Forbidden, Outdated, Unknown
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


@dataclass(frozen=True)
class Caller:
    """Who is calling, and what they may do."""

    name: str
    permissions: frozenset[str]


# Visibly fake, and in the code only until week 5 brings users, passwords and tokens.
CALLERS = {
    "not-a-real-key-ada": Caller("ada", frozenset({"posts:write", "posts:delete"})),
    "not-a-real-key-bob": Caller("bob", frozenset({"posts:write"})),
}
key_header = APIKeyHeader(name="X-API-Key", auto_error=False)


async def optional_caller(
    key: Annotated[str | None, Depends(key_header)],
) -> Caller | None:
    """Who is calling, if they say so. A wrong key is not the same as none."""
    if key is None:
        return None
    if key not in CALLERS:
        raise Unknown("This key is not valid.")
    return CALLERS[key]


OptionalCaller = Annotated[Caller | None, Depends(optional_caller)]
KEY_OPTIONAL: dict[str, Any] = {"security": [{}]}  # {} stands for: no key


async def current_caller(caller: OptionalCaller) -> Caller:
    if caller is None:
        raise Unknown("Send your key in the header X-API-Key.")
    return caller


class Requires:
    """A dependency that lets through whoever has a permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    async def __call__(
        self, caller: Annotated[Caller, Depends(current_caller)]
    ) -> Caller:
        if self.permission not in caller.permissions:
            raise Forbidden(f"{caller.name} may not do this: {self.permission}.")
        return caller


may_write = Depends(Requires("posts:write"))
Writer = Annotated[Caller, Depends(Requires("posts:write"))]
may_delete = Depends(Requires("posts:delete"))


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
