"""Votes over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, PostId, Writer
from app.errors import documented
from app.models import Post, Vote
from app.schemas import PostResponse, VoteCreate, VoteResponse
from app.services import votes

router = APIRouter(
    prefix="/posts/{post_id}",
    tags=["votes"],
    responses=documented(401, 403, 404),
)


@router.put("/vote", response_model=PostResponse)
def set_vote(
    post_id: PostId, vote: VoteCreate, caller: Writer, session: DbSession
) -> Post:
    return votes.set_to(
        session=session, post_id=post_id, voter=caller.name, value=vote.value
    )


@router.post(
    "/votes", status_code=201, response_model=VoteResponse, responses=documented(409)
)
def cast_vote(
    post_id: PostId, vote: VoteCreate, caller: Writer, session: DbSession
) -> Vote:
    return votes.cast(
        session=session, post_id=post_id, voter=caller.name, value=vote.value
    )


@router.delete("/vote", status_code=204)
def withdraw_vote(post_id: PostId, caller: Writer, session: DbSession) -> None:
    votes.withdraw(session=session, post_id=post_id, voter=caller.name)
