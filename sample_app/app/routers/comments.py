"""Comments over HTTP."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.dependencies import DbSession, OptionalCaller, PostId, Writer
from app.errors import documented
from app.models import Comment
from app.schemas import CommentCreate, CommentResponse
from app.services import comments

router = APIRouter(
    prefix="/posts/{post_id}/comments",
    tags=["comments"],
    responses=documented(401, 404),
)


@router.post(
    "", status_code=201, response_model=CommentResponse, responses=documented(403)
)
def add_comment(
    post_id: PostId, comment: CommentCreate, session: DbSession, caller: Writer
) -> Comment:
    return comments.add(
        session=session, post_id=post_id, author=caller.name, content=comment.content
    )


@router.get("", response_model=list[CommentResponse])
def list_comments(
    post_id: PostId, session: DbSession, caller: OptionalCaller
) -> Sequence[Comment]:
    return comments.find(session=session, post_id=post_id, drafts=caller is not None)
