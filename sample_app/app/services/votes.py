"""Votes."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Post, Vote
from app.services import posts, users


def set_to(*, session: Session, post_id: int, voter: str, value: int) -> Post:
    """Vote on a post, or change the vote; the post as it is then. Raises NotFound."""
    posts.visible(session=session, post_id=post_id, drafts=True)
    user = users.named(session=session, name=voter)
    vote = insert(Vote).values(user_id=user.id, post_id=post_id, value=value)
    pair = ["user_id", "post_id"]
    session.execute(
        vote.on_conflict_do_update(index_elements=pair, set_={"value": value})
    )
    session.commit()
    return posts.shown(session=session, post_id=post_id)


def cast(*, session: Session, post_id: int, voter: str, value: int) -> Vote:
    """Vote on a post, once. Raises NotFound, Conflict."""
    posts.visible(session=session, post_id=post_id, drafts=True)
    user = users.named(session=session, name=voter)
    vote = Vote(user_id=user.id, post_id=post_id, value=value)
    session.add(vote)
    posts.commit_on(session=session, post_id=post_id)
    return vote


def withdraw(*, session: Session, post_id: int, voter: str) -> None:
    """Take a vote back. Raises NotFound."""
    user = users.named(session=session, name=voter)
    mine = delete(Vote).where(Vote.post_id == post_id, Vote.user_id == user.id)
    if session.scalars(mine.returning(Vote.value)).one_or_none() is None:
        raise NotFound(f"You have not voted on post {post_id}")
    session.commit()
