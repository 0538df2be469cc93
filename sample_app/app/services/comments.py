"""Comments."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.errors import Forbidden, NotFound
from app.models import Comment
from app.services.posts import commit_on, visible_post
from app.services.users import user_named


@dataclass
class FoundComments:
    """One page of comments, and where the next one begins."""

    items: list[Comment]
    next: int | None


def add_comment(
    *, session: Session, post_id: int, author: str, content: str
) -> Comment:
    """Say something about a post. Raises NotFound."""
    visible_post(session=session, post_id=post_id, drafts=True)
    comment = Comment(post_id=post_id, content=content)
    comment.author = user_named(session=session, name=author)
    session.add(comment)
    commit_on(session=session, post_id=post_id)
    return comment


def find_comments(
    *, session: Session, post_id: int, limit: int, after: int, drafts: bool
) -> FoundComments:
    """The comments of a post after the comment `after`, oldest first. Raises NotFound."""
    visible_post(session=session, post_id=post_id, drafts=drafts)
    wanted = (
        select(Comment)
        .where(Comment.post_id == post_id, Comment.id > after)
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
        .limit(limit + 1)  # one more tells whether there is a next page
    )
    found = session.scalars(wanted).all()
    items = list(found[:limit])
    return FoundComments(items, next=items[-1].id if len(found) > limit else None)


def change_comment(
    *, session: Session, comment_id: int, content: str, caller: str
) -> Comment:
    """Give one's own comment another text. Raises NotFound, Forbidden."""
    comment = _comment(session=session, comment_id=comment_id)
    if comment.author.name != caller:
        raise Forbidden("Only its author may change a comment.")
    comment.content = content
    session.commit()
    return comment


def delete_comment(
    *, session: Session, comment_id: int, caller: str, moderator: bool
) -> None:
    """Remove one's own comment; a moderator, any. Raises NotFound, Forbidden."""
    comment = _comment(session=session, comment_id=comment_id)
    if comment.author.name != caller and not moderator:
        raise Forbidden("Only its author or a moderator may delete a comment.")
    session.delete(comment)
    session.commit()


def _comment(*, session: Session, comment_id: int) -> Comment:
    found = session.get(Comment, comment_id, options=[joinedload(Comment.author)])
    if found is None:
        raise NotFound(f"There is no comment {comment_id}")
    return found
