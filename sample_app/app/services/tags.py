"""Tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.cache import cached, forget
from app.models import Post, Tag
from app.roles import Caller
from app.services.access import own_post

MOST = 100  # tags that a client may ask for


@dataclass
class FoundTags:
    """Names of tags, and how many published posts have each."""

    items: Sequence[Row[str, int]]


async def find_tags(*, session: AsyncSession, limit: int) -> FoundTags:
    """The tags that most published posts have, most used first."""
    posts = func.count().label("posts")
    wanted = select(Tag.name, posts).join(Tag.posts).where(Post.published)
    wanted = wanted.group_by(Tag.id).order_by(posts.desc(), Tag.name).limit(limit)
    return FoundTags((await session.execute(wanted)).all())


async def top_tags(*, session: AsyncSession, limit: int) -> list[dict[str, Any]]:
    """As `find_tags`, from the cache: one value, whatever the limit."""

    async def make() -> list[dict[str, Any]]:
        found = await find_tags(session=session, limit=MOST)
        return [row._asdict() for row in found.items]

    return list(await cached("tags", 60, make))[:limit]


async def replace_tags(
    *, session: AsyncSession, post_id: int, names: set[str], caller: Caller
) -> list[str]:
    """Give a post exactly these tags; new ones are made. Raises NotFound, Forbidden."""
    post = await own_post(session=session, post_id=post_id, caller=caller)
    await session.refresh(post, ["tags"])
    post.tags = await _tags_named(session=session, names=names)
    await session.commit()
    await forget("tags")
    return sorted(names)


async def _tags_named(*, session: AsyncSession, names: set[str]) -> list[Tag]:
    if not names:
        return []
    # Sorted, so that two requests at once wait for each other in one order only.
    wanted = sorted(names)
    rows = [{"name": name} for name in wanted]
    await session.execute(insert(Tag).on_conflict_do_nothing(), rows)
    return list(await session.scalars(select(Tag).where(Tag.name.in_(wanted))))
