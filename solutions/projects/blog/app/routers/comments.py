"""Comments and tags over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.callers import Caller, Viewer
from app.database import DbSession
from app.routers.names import Name
from app.schemas.base import MOST
from app.schemas.comments import CommentCreate, CommentList, CommentResponse, TagList
from app.services import comments

router = APIRouter(tags=["comments"])
CommentId = Annotated[int, Path(ge=1, le=MOST)]


@router.get("/articles/{slug}/comments", response_model=CommentList)
def list_comments(slug: Name, viewer: Viewer, session: DbSession) -> dict[str, object]:
    return {"comments": comments.find_comments(session, slug, viewer)}


@router.post("/articles/{slug}/comments", response_model=CommentResponse)
def add_comment(
    slug: Name, sent: CommentCreate, caller: Caller, session: DbSession
) -> dict[str, object]:
    body = sent.comment.body
    return {"comment": comments.add_comment(session, slug, caller, body)}


@router.delete("/articles/{slug}/comments/{comment_id}", status_code=204)
def delete_comment(
    slug: Name, comment_id: CommentId, caller: Caller, session: DbSession
) -> None:
    comments.delete_comment(session, slug, comment_id, caller)


@router.get("/tags", response_model=TagList)
def list_tags(session: DbSession) -> dict[str, object]:
    return {"tags": comments.find_tags(session)}
