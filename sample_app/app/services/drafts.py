"""The rule of drafts."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import User
from app.errors import Conflict
from app.models import Post

MOST_DRAFTS = 3


async def limit_drafts(*, session: AsyncSession, author_id: int | None) -> None:
    """The rule: an author with three drafts finishes one first. Raises Conflict.

    Whoever makes a draft for the same author waits here until we commit.
    """
    author = select(User.id).where(User.id == author_id)
    await session.execute(author.with_for_update(key_share=True))
    mine = select(func.count()).where(Post.author_id == author_id, ~Post.published)
    if (await session.scalars(mine)).one() >= MOST_DRAFTS:
        await session.rollback()
        raise Conflict(f"There are {MOST_DRAFTS} drafts. Publish one first.")
