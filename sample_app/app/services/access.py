"""Which posts somebody sees, and which they may change."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Forbidden, NotFound
from app.models import Post
from app.roles import Caller


def seen_by(caller: Caller | None) -> ColumnElement[bool]:
    """The condition for the posts that somebody sees: of the drafts, their own."""
    if caller is not None and caller.moderates:
        return true()
    published = Post.published.is_(True)
    return published if caller is None else published | (Post.author_id == caller.id)


async def visible_post(
    *, session: AsyncSession, post_id: int, caller: Caller | None
) -> Post:
    """One post. Raises NotFound, also for a draft that the caller may not see."""
    wanted = select(Post).where(Post.id == post_id, seen_by(caller))
    found = (await session.scalars(wanted)).one_or_none()
    if found is None:
        raise NotFound(f"There is no post {post_id}")
    return found


async def own_post(*, session: AsyncSession, post_id: int, caller: Caller) -> Post:
    """A post that the caller may change: nobody else does until we commit.

    Raises NotFound for what the caller does not see, and Forbidden.
    """
    wanted = select(Post).where(Post.id == post_id, seen_by(caller))
    wanted = wanted.with_for_update(key_share=True)
    now = wanted.execution_options(populate_existing=True)
    found = (await session.scalars(now)).one_or_none()
    if found is None:
        raise NotFound(f"There is no post {post_id}")
    if found.author_id != caller.id and not caller.moderates:
        raise Forbidden("Only its author or a moderator may change a post.")
    return found
