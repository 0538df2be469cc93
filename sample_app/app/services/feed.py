"""The feed: one question about several tables."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import User
from app.models import Comment, Post, Tag
from app.schemas.feed import Feed, FeedItem
from app.services.posts import SCORE
from app.services.reading import TAGS

# Counted apart: joined to one another, each comment would come once for each vote.
COMMENTS = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
FEED = (
    select(
        Post.id,
        Post.title,
        User.name.label("author"),
        TAGS.label("tags"),
        COMMENTS.label("comments"),
        SCORE.label("score"),
    )
    .outerjoin(Post.author)
    .where(Post.published)
    .order_by(Post.id.desc())
)


async def read_feed(
    *,
    session: AsyncSession,
    limit: int,
    before: int,
    search: str = "",
    tag: str | None = None,
    author: str | None = None,
) -> Feed:
    """Published posts, newest first, from the one after `before` on.

    `search`: words that title, excerpt or content must hold, in any of their forms.
    """
    # One more than the limit tells whether there is a next page.
    wanted = FEED.where(Post.id < before).limit(limit + 1)
    if search:
        words = func.websearch_to_tsquery("english", search)
        wanted = wanted.where(Post.search.bool_op("@@")(words))
    if tag is not None:
        wanted = wanted.where(Post.tags.any(Tag.name == tag))
    if author is not None:
        wanted = wanted.where(User.name == author)
    rows = (await session.execute(wanted)).all()
    items = [FeedItem.model_validate(row, from_attributes=True) for row in rows[:limit]]
    return Feed(items=items, next=items[-1].id if len(rows) > limit else None)
