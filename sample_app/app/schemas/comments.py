"""Comments, as clients see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AliasPath, BaseModel, Field, StringConstraints

from app.schemas.text import Trimmed

Remark = Annotated[Trimmed, StringConstraints(max_length=2_000)]


class CommentCreate(BaseModel):
    content: Remark


class CommentResponse(BaseModel):
    """A comment as clients see it; of its author, only the name."""

    id: int
    content: str
    author: str = Field(validation_alias=AliasPath("author", "name"))
    created_at: datetime
    updated_at: datetime


class CommentList(BaseModel):
    """Oldest first; `next` is the `after` of the following page, null at the end."""

    items: list[CommentResponse]
    next: int | None
