"""Comments over HTTP."""

from fastapi import APIRouter

from app.callers import KEY_OPTIONAL, OptionalCaller, Writer
from app.dependencies import CommentId, DbSession, PostId, WantedComments
from app.models import Comment
from app.problems import documented
from app.schemas.comments import CommentCreate, CommentList, CommentResponse
from app.services import comments

router = APIRouter(tags=["comments"])


@router.post(
    "/posts/{post_id}/comments",
    status_code=201,
    response_model=CommentResponse,
    responses=documented(403, 404),
)
def add_comment(
    post_id: PostId, comment: CommentCreate, caller: Writer, session: DbSession
) -> Comment:
    return comments.add_comment(
        session=session, post_id=post_id, author=caller.name, content=comment.content
    )


@router.get(
    "/posts/{post_id}/comments",
    response_model=CommentList,
    responses=documented(404),
    openapi_extra=KEY_OPTIONAL,
)
def list_comments(
    post_id: PostId, page: WantedComments, session: DbSession, caller: OptionalCaller
) -> comments.FoundComments:
    drafts = caller is not None
    return comments.find_comments(
        session=session, post_id=post_id, **page.model_dump(), drafts=drafts
    )


@router.put(
    "/comments/{comment_id}",
    response_model=CommentResponse,
    responses=documented(403, 404),
)
def change_comment(
    comment_id: CommentId, comment: CommentCreate, caller: Writer, session: DbSession
) -> Comment:
    text, name = comment.content, caller.name
    return comments.change_comment(
        session=session, comment_id=comment_id, content=text, caller=name
    )


@router.delete(
    "/comments/{comment_id}", status_code=204, responses=documented(403, 404)
)
def delete_comment(comment_id: CommentId, caller: Writer, session: DbSession) -> None:
    moderator = "posts:delete" in caller.permissions
    comments.delete_comment(
        session=session, comment_id=comment_id, caller=caller.name, moderator=moderator
    )
