"""Comments."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Comment
from app.services import posts, users


def add(*, session: Session, post_id: int, author: str, content: str) -> Comment:
    """Say something about a post. Raises NotFound."""
    posts.locked(session=session, post_id=post_id)
    comment = Comment(post_id=post_id, content=content)
    comment.author = users.named(session=session, name=author)
    session.add(comment)
    session.commit()
    return comment


def find(*, session: Session, post_id: int, drafts: bool) -> Sequence[Comment]:
    """What was said about a post, oldest first. Raises NotFound."""
    posts.read(session=session, post_id=post_id, drafts=drafts)
    return session.scalars(
        select(Comment)
        .where(Comment.post_id == post_id)
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
    ).all()
