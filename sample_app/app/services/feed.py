"""The feed: one question about several tables."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from app.models import Comment, Post, Tag, User, Vote
from app.schemas import Feed, FeedItem

# Counted apart: joined to one another, each comment would come once for each vote.
COMMENTS = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
SCORE = (
    select(func.coalesce(func.sum(Vote.value), 0))
    .where(Vote.post_id == Post.id)
    .scalar_subquery()
)


def read_feed(*, session: Session, limit: int, before: int, search: str) -> Feed:
    """Published posts, newest first, from the one after `before` on.

    `search`: words that title or content must hold, in any of their forms.
    """
    wanted = (
        select(Post, COMMENTS, SCORE)
        .options(
            load_only(Post.title),
            joinedload(Post.author).load_only(User.name),
            selectinload(Post.tags).load_only(Tag.name),
        )
        .where(Post.published, Post.id < before)
        .order_by(Post.id.desc())
        .limit(limit + 1)  # one more tells whether there is a next page
    )
    if search:
        words = func.websearch_to_tsquery("english", search)
        wanted = wanted.where(Post.search.bool_op("@@")(words))
    rows = session.execute(wanted).all()
    items = [_feed_item(*row) for row in rows[:limit]]
    return Feed(items=items, next=items[-1].id if len(rows) > limit else None)


def _feed_item(post: Post, comments: int, score: int) -> FeedItem:
    return FeedItem(
        id=post.id,
        title=post.title,
        author=post.author.name if post.author else None,
        tags=sorted(tag.name for tag in post.tags),
        comments=comments,
        score=score,
    )
