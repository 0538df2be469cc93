"""Votes."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound, is_duplicate
from app.models import Vote
from app.services import posts, users


def cast(*, session: Session, post_id: int, voter: str, value: int) -> Vote:
    """Vote on a post, once. Raises NotFound, Conflict.

    Whether there is a vote already is asked of nobody: between the answer and the insert
    another request could vote. The primary key decides.
    """
    posts.read(session=session, post_id=post_id, drafts=True)
    user = users.named(session=session, name=voter)
    vote = Vote(user_id=user.id, post_id=post_id, value=value)
    session.add(vote)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        if is_duplicate(error):
            raise Conflict("You have voted on this post already.") from error
        raise NotFound(f"There is no post {post_id}") from error
    return vote


def withdraw(*, session: Session, post_id: int, voter: str) -> None:
    """Take a vote back. Raises NotFound."""
    user = users.named(session=session, name=voter)
    mine = delete(Vote).where(Vote.post_id == post_id, Vote.user_id == user.id)
    if session.scalars(mine.returning(Vote.value)).one_or_none() is None:
        raise NotFound(f"You have not voted on post {post_id}")
    session.commit()
