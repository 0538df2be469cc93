"""Profiles, and who follows whom."""

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, with_expression
from sqlalchemy.orm.interfaces import ORMOption

from app.errors import NotFound
from app.models import Follow, User


def with_following(viewer: User | None) -> ORMOption:
    """Whether the caller follows each user of a query, in the same statement."""
    viewer_id = viewer.id if viewer else 0  # nobody has it
    followed = exists().where(
        Follow.follower_id == viewer_id, Follow.followed_id == User.id
    )
    return with_expression(User.following, followed)


def read_profile(session: Session, username: str, viewer: User | None) -> User:
    """A user as the caller sees them. Raises NotFound."""
    wanted = select(User).where(User.username == username)
    wanted = wanted.options(with_following(viewer))
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(profile="does not exist")
    return found


def follow(session: Session, username: str, caller: User) -> User:
    """Follow somebody; a second time changes nothing. Raises NotFound."""
    found = read_profile(session, username, caller)
    row = insert(Follow).values(follower_id=caller.id, followed_id=found.id)
    session.execute(row.on_conflict_do_nothing())
    return read_profile(session, username, caller)


def unfollow(session: Session, username: str, caller: User) -> User:
    """Follow somebody no longer. Raises NotFound."""
    found = read_profile(session, username, caller)
    session.execute(
        delete(Follow).where(
            Follow.follower_id == caller.id, Follow.followed_id == found.id
        )
    )
    return read_profile(session, username, caller)
