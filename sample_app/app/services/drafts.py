"""The rule of drafts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import User
from app.errors import Conflict
from app.models import Post

MOST_DRAFTS = 3


def limit_drafts(*, session: Session, author_id: int | None) -> None:
    """The rule: an author with three drafts finishes one first. Raises Conflict.

    Whoever makes a draft for the same author waits here until we commit.
    """
    author = select(User.id).where(User.id == author_id)
    session.execute(author.with_for_update(key_share=True))
    mine = select(func.count()).where(Post.author_id == author_id, ~Post.published)
    if session.scalars(mine).one() >= MOST_DRAFTS:
        session.rollback()
        raise Conflict(f"There are {MOST_DRAFTS} drafts. Publish one first.")
