"""Votes over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, PostId
from app.guards import Writer
from app.models import Post, Vote
from app.problems import documented
from app.schemas.posts import PostResponse
from app.schemas.votes import VoteCreate, VoteResponse
from app.services import votes

router = APIRouter(tags=["votes"])


@router.put(
    "/posts/{post_id}/vote",
    response_model=PostResponse,
    responses=documented(403, 404),
)
async def set_vote(
    post_id: PostId, vote: VoteCreate, caller: Writer, session: DbSession
) -> Post:
    return await votes.set_vote(
        session=session, post_id=post_id, voter=caller, value=vote.value
    )


@router.post(
    "/posts/{post_id}/votes",
    status_code=201,
    response_model=VoteResponse,
    responses=documented(403, 404, 409),
)
async def cast_vote(
    post_id: PostId, vote: VoteCreate, caller: Writer, session: DbSession
) -> Vote:
    return await votes.cast_vote(
        session=session, post_id=post_id, voter=caller, value=vote.value
    )


@router.delete("/posts/{post_id}/vote", status_code=204, responses=documented(403, 404))
async def withdraw_vote(post_id: PostId, caller: Writer, session: DbSession) -> None:
    await votes.withdraw_vote(session=session, post_id=post_id, voter=caller)
