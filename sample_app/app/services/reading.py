"""One post for a reader, who changes nothing: columns, in one statement."""

from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import User
from app.errors import NotFound
from app.models import Post, Tag, post_tags
from app.roles import Caller
from app.services.access import seen_by
from app.services.posts import SCORE

# ARRAY(SELECT …): the names of a post's tags as one value.
TAGS = func.array(
    select(Tag.name)
    .join(post_tags)
    .where(post_tags.c.post_id == Post.id)
    .order_by(Tag.name)
    .scalar_subquery()
)
POST = select(
    Post.id,
    Post.title,
    Post.content,
    Post.excerpt,
    Post.published,
    Post.slug,
    Post.version,
    Post.created_at,
    Post.updated_at,
    User.name.label("author_name"),
    TAGS.label("tag_names"),
    SCORE.label("score"),
).join(Post.author)
PostRow = Row[*tuple[Any, ...]]  # of these columns


async def read_post(
    *, session: AsyncSession, post_id: int, caller: Caller | None
) -> PostRow:
    """One post, with all that clients see of it. Raises NotFound."""
    wanted = POST.where(Post.id == post_id, seen_by(caller))
    found = (await session.execute(wanted)).one_or_none()
    if found is None:
        raise NotFound(f"There is no post {post_id}")
    return found
