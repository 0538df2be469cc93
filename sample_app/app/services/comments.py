"""Comments."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.bus import commit
from app.errors import Forbidden, NotFound
from app.hub import comments_of
from app.jobs import defer
from app.models import Comment, Post
from app.roles import Caller
from app.services.access import seen_by, visible_post
from app.services.notices import tell_author
from app.services.users import user_named


@dataclass
class FoundComments:
    """One page of comments, and where the next one begins."""

    items: list[Comment]
    next: int | None


async def add_comment(
    *, session: AsyncSession, post_id: int, caller: Caller, content: str
) -> Comment:
    """Say something about a post; its author is told later. Raises NotFound."""
    await visible_post(session=session, post_id=post_id, caller=caller)
    comment = Comment(post_id=post_id, content=content)
    comment.author = await user_named(session=session, name=caller.name)
    session.add(comment)
    await session.flush()  # from here on it has an id
    await defer(session=session, task=tell_author, comment_id=comment.id)
    await commit(session, comments_of(post_id), {"comment": comment.id})
    return comment


async def find_comments(
    *,
    session: AsyncSession,
    post_id: int,
    limit: int,
    after: int,
    caller: Caller | None,
) -> FoundComments:
    """The comments of a post after the comment `after`, oldest first. Raises NotFound."""
    await visible_post(session=session, post_id=post_id, caller=caller)
    wanted = (
        select(Comment)
        .where(Comment.post_id == post_id, Comment.id > after)
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
        .limit(limit + 1)  # one more tells whether there is a next page
    )
    found = (await session.scalars(wanted)).all()
    items = list(found[:limit])
    return FoundComments(items, next=items[-1].id if len(found) > limit else None)


async def change_comment(
    *, session: AsyncSession, comment_id: int, content: str, caller: Caller
) -> Comment:
    """Give one's own comment another text. Raises NotFound, Forbidden."""
    comment = await _comment(session=session, comment_id=comment_id, caller=caller)
    if comment.author_id != caller.id:
        raise Forbidden("Only its author may change a comment.")
    comment.content = content
    await session.commit()
    return comment


async def delete_comment(
    *, session: AsyncSession, comment_id: int, caller: Caller
) -> None:
    """Remove one's own comment; a moderator, any. Raises NotFound, Forbidden."""
    comment = await _comment(session=session, comment_id=comment_id, caller=caller)
    if comment.author_id != caller.id and not caller.moderates:
        raise Forbidden("Only its author or a moderator may delete a comment.")
    await session.delete(comment)
    await session.commit()


async def _comment(
    *, session: AsyncSession, comment_id: int, caller: Caller
) -> Comment:
    """One of the caller's own comments, or one under a post that they see."""
    seen = (Comment.author_id == caller.id) | seen_by(caller)
    wanted = select(Comment).join(Post, Post.id == Comment.post_id)
    wanted = wanted.where(Comment.id == comment_id, seen)
    found = (
        await session.scalars(wanted.options(joinedload(Comment.author)))
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no comment {comment_id}")
    return found
