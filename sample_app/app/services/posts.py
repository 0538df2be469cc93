"""Posts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import UnaryExpression, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload, with_expression

from app.accounts import User
from app.errors import Conflict, NotFound, is_duplicate
from app.models import Post, Tag, Vote
from app.schemas.posts import PostCreate, PostUpdate
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


def create_post(*, session: Session, post: PostCreate, author: str) -> Post:
    """Store a new post. Raises Conflict."""
    user = user_named(session=session, name=author)
    if not post.published:
        limit_drafts(session=session, author_id=user.id)
    slug = new_slug(post.title)
    created = Post(**post.model_dump(), slug=slug, author_id=user.id)
    session.add(created)
    return _store(session=session, post=created)


def find_posts(
    *, session: Session, limit: int, skip: int, search: str, sort_by: str, drafts: bool
) -> FoundPosts:
    """One page of the posts whose title holds `search`; `drafts`: those as well."""
    wanted = select(Post).where(Post.title.icontains(search, autoescape=True))
    if not drafts:
        wanted = wanted.where(Post.published)
    page = wanted.order_by(ORDERS[sort_by], Post.id).limit(limit).offset(skip)
    total = session.scalar(wanted.with_only_columns(func.count()))
    return FoundPosts(
        items=list(session.scalars(page.options(*SHOWN))), total=total or 0
    )


def read_post(*, session: Session, post_id: int, drafts: bool) -> Post:
    """One post, with all that clients see of it. Raises NotFound."""
    visible_post(session=session, post_id=post_id, drafts=drafts)
    return shown_post(session=session, post_id=post_id)


def shown_post(*, session: Session, post_id: int) -> Post:
    wanted = select(Post).where(Post.id == post_id).options(*SHOWN)
    wanted = wanted.execution_options(populate_existing=True)
    return session.scalars(wanted).one()


def visible_post(*, session: Session, post_id: int, drafts: bool) -> Post:
    """One post. Raises NotFound, also for a draft that the caller may not see."""
    found = session.get(Post, post_id)
    if found is None or not (found.published or drafts):
        raise NotFound(f"There is no post {post_id}")
    return found


def locked_post(*, session: Session, post_id: int) -> Post:
    """One post as it is now, that nobody else changes until we commit. Raises NotFound."""
    found = session.get(
        Post, post_id, populate_existing=True, with_for_update={"key_share": True}
    )
    if found is None:
        raise NotFound(f"There is no post {post_id}")
    return found


def replace_post(*, session: Session, post_id: int, post: PostCreate) -> Post:
    """Put another post in the place of one. Raises NotFound, Conflict."""
    return _change(session=session, post_id=post_id, values=post.model_dump())


def update_post(*, session: Session, post_id: int, changes: PostUpdate) -> Post:
    """Change the fields that were sent. Raises NotFound, Conflict."""
    sent = changes.model_dump(exclude_unset=True)
    return _change(session=session, post_id=post_id, values=sent)


def delete_post(*, session: Session, post_id: int) -> None:
    """Remove a post, and with it its comments and votes. Raises NotFound."""
    session.delete(locked_post(session=session, post_id=post_id))
    session.commit()


def _change(*, session: Session, post_id: int, values: dict[str, object]) -> Post:
    changed = locked_post(session=session, post_id=post_id)
    if changed.published and values.get("published") is False:
        limit_drafts(session=session, author_id=changed.author_id)
    for name, value in values.items():
        setattr(changed, name, value)
    return _store(session=session, post=changed)


def _store(*, session: Session, post: Post) -> Post:
    """Send what changed and commit it, or take it back and refuse. Raises Conflict."""
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        if is_duplicate(error):
            raise Conflict("A post with this title exists.") from error
        raise
    return shown_post(session=session, post_id=post.id)


def commit_on(*, session: Session, post_id: int) -> None:
    """Commit what refers to a post; the constraints decide. Raises NotFound, Conflict."""
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        if is_duplicate(error):
            raise Conflict("You have voted on this post already.") from error
        raise NotFound(f"There is no post {post_id}") from error
