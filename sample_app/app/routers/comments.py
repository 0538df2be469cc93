"""Comments over HTTP."""

from fastapi import APIRouter

from app.callers import LOGIN_OPTIONAL, OptionalCaller
from app.dependencies import CommentId, DbSession, PostId, WantedComments
from app.guards import Writer, anyone
from app.models import Comment
from app.problems import documented
from app.rates import not_too_often
from app.schemas.comments import CommentCreate, CommentList, CommentResponse
from app.services import comments

router = APIRouter(tags=["comments"])


@router.post(
    "/posts/{post_id}/comments",
    status_code=201,
    response_model=CommentResponse,
    dependencies=[not_too_often],
    responses=documented(403, 404, 429),
)
async def add_comment(
    post_id: PostId, comment: CommentCreate, caller: Writer, session: DbSession
) -> Comment:
    return await comments.add_comment(
        session=session, post_id=post_id, caller=caller, content=comment.content
    )


@router.get(
    "/posts/{post_id}/comments",
    response_model=CommentList,
    dependencies=[anyone],
    responses=documented(404),
    openapi_extra=LOGIN_OPTIONAL,
)
async def list_comments(
    post_id: PostId, page: WantedComments, session: DbSession, caller: OptionalCaller
) -> comments.FoundComments:
    return await comments.find_comments(
        session=session, post_id=post_id, **page.model_dump(), caller=caller
    )


@router.put(
    "/comments/{comment_id}",
    response_model=CommentResponse,
    responses=documented(403, 404),
)
async def change_comment(
    comment_id: CommentId, comment: CommentCreate, caller: Writer, session: DbSession
) -> Comment:
    return await comments.change_comment(
        session=session, comment_id=comment_id, content=comment.content, caller=caller
    )


@router.delete(
    "/comments/{comment_id}", status_code=204, responses=documented(403, 404)
)
async def delete_comment(
    comment_id: CommentId, caller: Writer, session: DbSession
) -> None:
    await comments.delete_comment(session=session, comment_id=comment_id, caller=caller)
