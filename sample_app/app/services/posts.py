"""Posts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import UnaryExpression, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload, with_expression

from app.accounts import User
from app.bus import commit
from app.cache import forget
from app.errors import Conflict, NotFound, is_duplicate
from app.hub import POSTS, Message
from app.models import Post, Tag, Vote
from app.roles import Caller
from app.schemas.posts import PostCreate, PostUpdate
from app.services.access import own_post, seen_by
from app.services.drafts import limit_drafts
from app.services.slugs import new_slug
from app.services.users import user_named

# What a client may sort by. The id after it makes every order unique.
ORDERS: dict[str, UnaryExpression[Any]] = {
    "id": Post.id.asc(),
    "title": Post.title.asc(),
    "newest": Post.created_at.desc(),
}
SCORE = (
    select(func.coalesce(func.sum(Vote.value), 0))
    .where(Vote.post_id == Post.id)
    .scalar_subquery()
)


# What clients see of a post, in few statements however many posts there are.
SHOWN = (
    joinedload(Post.author).load_only(User.name),
    selectinload(Post.tags).load_only(Tag.name),
    with_expression(Post.score, SCORE),
)


@dataclass
class FoundPosts:
    """One page of posts, and how many there are in all."""

    items: list[Post]
    total: int


async def create_post(*, session: AsyncSession, post: PostCreate, author: str) -> Post:
    """Store a new post. Raises Conflict."""
    user = await user_named(session=session, name=author)
    if not post.published:
        await limit_drafts(session=session, author_id=user.id)
    slug = new_slug(post.title)
    created = Post(**post.model_dump(), slug=slug, author_id=user.id)
    session.add(created)
    return await _store(session=session, post=created, hidden=True)


async def find_posts(
    *,
    session: AsyncSession,
    limit: int,
    skip: int,
    search: str,
    sort_by: str,
    caller: Caller | None,
) -> FoundPosts:
    """One page of the posts that the caller sees, and whose title holds `search`."""
    wanted = select(Post).where(Post.title.icontains(search, autoescape=True))
    wanted = wanted.where(seen_by(caller))
    page = wanted.order_by(ORDERS[sort_by], Post.id).limit(limit).offset(skip)
    total = await session.scalar(wanted.with_only_columns(func.count()))
    return FoundPosts(
        items=list(await session.scalars(page.options(*SHOWN))), total=total or 0
    )


async def shown_post(*, session: AsyncSession, post_id: int) -> Post:
    wanted = select(Post).where(Post.id == post_id).options(*SHOWN)
    wanted = wanted.execution_options(populate_existing=True)
    return (await session.scalars(wanted)).one()


async def replace_post(
    *, session: AsyncSession, post_id: int, post: PostCreate, caller: Caller
) -> Post:
    """Put another post in the place of one. Raises NotFound, Forbidden, Conflict."""
    changed = await own_post(session=session, post_id=post_id, caller=caller)
    return await _change(session=session, changed=changed, values=post.model_dump())


async def update_post(
    *, session: AsyncSession, post_id: int, changes: PostUpdate, caller: Caller
) -> Post:
    """Change the fields that were sent. Raises NotFound, Forbidden, Conflict."""
    changed = await own_post(session=session, post_id=post_id, caller=caller)
    sent = changes.model_dump(exclude_unset=True)
    return await _change(session=session, changed=changed, values=sent)


async def delete_post(*, session: AsyncSession, post_id: int, caller: Caller) -> None:
    """Remove a post, its comments and its votes. Raises NotFound, Forbidden."""
    await session.delete(
        await own_post(session=session, post_id=post_id, caller=caller)
    )
    await session.commit()
    await forget("tags")


async def _change(
    *, session: AsyncSession, changed: Post, values: dict[str, object]
) -> Post:
    hidden = not changed.published
    if not hidden and values.get("published") is False:
        await limit_drafts(session=session, author_id=changed.author_id)
    for name, value in values.items():
        setattr(changed, name, value)
    return await _store(session=session, post=changed, hidden=hidden)


async def _store(*, session: AsyncSession, post: Post, hidden: bool) -> Post:
    """Commit what changed, and tell of a post that is new to all. Raises Conflict."""
    try:
        await session.flush()  # from here on it has an id
        news: Message = {"post": post.id}
        await commit(session, POSTS, news if hidden and post.published else None)
    except IntegrityError as error:
        await session.rollback()
        if is_duplicate(error):
            raise Conflict("A post with this title exists.") from error
        raise
    await forget("tags")
    return await shown_post(session=session, post_id=post.id)


async def commit_on(*, session: AsyncSession, post_id: int) -> None:
    """Commit what refers to a post; the constraints decide. Raises NotFound, Conflict."""
    try:
        await session.commit()
    except IntegrityError as error:
        await session.rollback()
        if is_duplicate(error):
            raise Conflict("You have voted on this post already.") from error
        raise NotFound(f"There is no post {post_id}") from error
