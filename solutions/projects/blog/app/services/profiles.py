"""Profiles, and who follows whom."""

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, with_expression

from app.errors import NotFound
from app.models import Follow, User


def followed_by(viewer: User | None) -> ColumnElement[bool]:
    """Whether the caller follows each user of a query."""
    viewer_id = viewer.id if viewer else 0  # nobody has it
    return exists().where(
        Follow.follower_id == viewer_id, Follow.followed_id == User.id
    )


def read_profile(session: Session, username: str, viewer: User | None) -> User:
    """A user as the caller sees them. Raises NotFound."""
    wanted = select(User).where(User.username == username)
    wanted = wanted.options(with_expression(User.following, followed_by(viewer)))
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
