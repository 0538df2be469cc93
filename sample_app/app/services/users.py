"""Users."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import User
from app.errors import NotFound
from app.models import Comment, Post, Vote
from app.schemas.users import Profile


async def user_named(*, session: AsyncSession, name: str) -> User:
    """The user of this name. Raises NotFound."""
    found = (await session.scalars(select(User).where(User.name == name))).one_or_none()
    if found is None:
        raise NotFound(f"There is no user {name}")
    return found


async def read_profile(*, session: AsyncSession, name: str) -> Profile:
    """A user in numbers. Raises NotFound."""
    posts = select(func.count()).where(Post.author_id == User.id, Post.published)
    comments = select(func.count()).where(Comment.author_id == User.id)
    score = (
        select(func.coalesce(func.sum(Vote.value), 0))
        .join(Post, Post.id == Vote.post_id)
        .where(Post.author_id == User.id, Post.published)
    )
    found = (
        await session.execute(
            select(
                User.name,
                posts.scalar_subquery().label("posts"),
                comments.scalar_subquery().label("comments"),
                score.scalar_subquery().label("score"),
            ).where(User.name == name)
        )
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no user {name}")
    return Profile.model_validate(found, from_attributes=True)
