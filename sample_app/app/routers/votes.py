"""Votes over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, PostId, Writer
from app.models import Vote
from app.schemas import VoteCreate, VoteResponse
from app.services import votes

router = APIRouter(prefix="/posts/{post_id}/votes", tags=["votes"])


@router.post("", status_code=201, response_model=VoteResponse)
def cast_vote(
    post_id: PostId, vote: VoteCreate, session: DbSession, caller: Writer
) -> Vote:
    return votes.cast(
        session=session, post_id=post_id, voter=caller.name, value=vote.value
    )


@router.delete("", status_code=204)
def withdraw_vote(post_id: PostId, session: DbSession, caller: Writer) -> None:
    votes.withdraw(session=session, post_id=post_id, voter=caller.name)
