"""Comments and tags."""

from typing import Annotated

from pydantic import StringConstraints

from app.schemas.base import Filled, Moment, Schema
from app.schemas.users import Profile


class NewComment(Schema):
    body: Annotated[Filled, StringConstraints(max_length=5000)]


class CommentCreate(Schema):
    comment: NewComment


class Comment(Schema):
    id: int
    body: str
    created_at: Moment
    updated_at: Moment
    author: Profile


class CommentResponse(Schema):
    comment: Comment


class CommentList(Schema):
    comments: list[Comment]


class TagList(Schema):
    tags: list[str]
