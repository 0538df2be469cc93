"""What a listener may have missed: the rows know, messages are not kept."""

from datetime import timedelta

from sqlalchemy import DateTime, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models import Comment, Post

LONG_AGO = cast("-infinity", DateTime(timezone=True))
# Ids are given before the commit: what has a smaller id, or is older, may become visible
# later. Our transactions end sooner than that.
OVERLAP = timedelta(minutes=2)
MOST_MISSED = 100


async def missed_posts(*, session: AsyncSession, last: int) -> list[int] | None:
    """Posts that may be new to a client that knows `last`; None: too many."""
    known = select(Post.created_at).where(Post.id <= last)
    since = await session.scalar(known.order_by(Post.id.desc()).limit(1))
    wanted = select(Post.id).where(Post.published)
    if since is not None:  # a draft may be published long after it was written
        wanted = wanted.where(Post.updated_at > since - OVERLAP)
    wanted = wanted.order_by(Post.updated_at, Post.id).limit(MOST_MISSED + 1)
    found = list(await session.scalars(wanted))
    return found if len(found) <= MOST_MISSED else None


async def missed_comments(
    *, session: AsyncSession, post_id: int, after: int, told: set[int]
) -> list[Comment]:
    """Comments that may be new to a client that has `after`, in order, not all at once."""
    of_post = Comment.post_id == post_id
    known = select(Comment.created_at).where(of_post, Comment.id <= after)
    latest = known.order_by(Comment.id.desc()).limit(1).scalar_subquery()
    since = func.coalesce(latest - OVERLAP, LONG_AGO)
    wanted = (
        select(Comment)
        .where(of_post, Comment.created_at > since, Comment.id.not_in(told))
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
        .limit(MOST_MISSED)
    )
    return list(await session.scalars(wanted))
