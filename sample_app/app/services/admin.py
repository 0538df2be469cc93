"""What admins do with users."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import User
from app.errors import Conflict, NotFound
from app.roles import Role
from app.services.logins import end_all


@dataclass
class FoundUsers:
    """One page of users, and where the next one begins."""

    items: list[User]
    next: int | None


async def find_users(*, session: AsyncSession, limit: int, after: int) -> FoundUsers:
    """The users after the user `after`, oldest first."""
    wanted = select(User).where(User.id > after).order_by(User.id)
    found = (await session.scalars(wanted.limit(limit + 1))).all()
    items = list(found[:limit])
    return FoundUsers(items, next=items[-1].id if len(found) > limit else None)


async def set_role(*, session: AsyncSession, name: str, role: Role) -> User:
    """Give a user another role. Raises NotFound, Conflict."""
    user = await _locked_user(session=session, name=name, stays_admin=role == "admin")
    user.role = role
    await session.commit()
    return user


async def set_active(*, session: AsyncSession, name: str, active: bool) -> User:
    """Disable a user, which ends their logins, or let them in again.

    Raises NotFound, Conflict.
    """
    user = await _locked_user(session=session, name=name, stays_admin=active)
    user.active = active
    if not active:
        await end_all(session=session, user_id=user.id, why="disabled")
    await session.commit()
    return user


async def _locked_user(*, session: AsyncSession, name: str, stays_admin: bool) -> User:
    """A user whom nobody else changes until we commit. Raises NotFound, Conflict."""
    active_admins = select(User.id).where(User.role == "admin", User.active)
    # Locked as well: two admins who disable each other do it one after the other.
    one_by_one = active_admins.order_by(User.id).with_for_update(key_share=True)
    admins = (await session.scalars(one_by_one)).all()
    wanted = select(User).where(User.name == name).with_for_update(key_share=True)
    now = wanted.execution_options(populate_existing=True)
    user = (await session.scalars(now)).one_or_none()
    if user is None:
        raise NotFound(f"There is no user {name}")
    if list(admins) == [user.id] and not stays_admin:
        raise Conflict("This is the last admin. Make somebody else an admin first.")
    return user


QUEUE = table("procrastinate_jobs", *map(column, ["id", "args", "attempts"]))


async def failed_jobs(*, session: AsyncSession) -> Sequence[Row[Any]]:
    """The newest hundred of the jobs that were given up."""
    wanted = select(QUEUE, column("task_name").label("task"))
    failed = wanted.where(text("status = 'failed'"))
    newest = failed.order_by(QUEUE.c.id.desc()).limit(100)
    return (await session.execute(newest)).all()
