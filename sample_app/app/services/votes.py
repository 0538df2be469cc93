"""Votes."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Post, Vote
from app.roles import Caller
from app.services.access import visible_post
from app.services.posts import commit_on, shown_post


def set_vote(*, session: Session, post_id: int, voter: Caller, value: int) -> Post:
    """Vote on a post, or change the vote; the post as it is then. Raises NotFound."""
    visible_post(session=session, post_id=post_id, caller=voter)
    vote = insert(Vote).values(user_id=voter.id, post_id=post_id, value=value)
    pair = ["user_id", "post_id"]
    session.execute(
        vote.on_conflict_do_update(index_elements=pair, set_={"value": value})
    )
    session.commit()
    return shown_post(session=session, post_id=post_id)


def cast_vote(*, session: Session, post_id: int, voter: Caller, value: int) -> Vote:
    """Vote on a post, once. Raises NotFound, Conflict."""
    visible_post(session=session, post_id=post_id, caller=voter)
    vote = Vote(user_id=voter.id, post_id=post_id, value=value)
    session.add(vote)
    commit_on(session=session, post_id=post_id)
    return vote


def withdraw_vote(*, session: Session, post_id: int, voter: Caller) -> None:
    """Take a vote back. Raises NotFound."""
    mine = delete(Vote).where(Vote.post_id == post_id, Vote.user_id == voter.id)
    if session.scalars(mine.returning(Vote.value)).one_or_none() is None:
        raise NotFound(f"You have not voted on post {post_id}")
    session.commit()
