"""Users."""

from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, NotFound, Unknown
from app.models import User
from app.security import NOBODY, hasher


async def register(session: AsyncSession, name: str, password: str) -> User:
    """Store a new user. Raises Conflict."""
    hashed = await to_thread.run_sync(hasher.hash, password)  # others go on meanwhile
    user = User(name=name, password_hash=hashed)
    session.add(user)
    try:
        await session.commit()
    except IntegrityError:
        raise Conflict("This name is taken.") from None
    return user


async def log_in(session: AsyncSession, name: str, password: str) -> User:
    """The user with this name and password. Raises Unknown, the same for both."""
    found = select(User).where(User.name == name)
    user = None if "\0" in name else await session.scalar(found)
    stored = user.password_hash if user else NOBODY
    right = await to_thread.run_sync(hasher.verify, password, stored)
    if user is None or not right:
        raise Unknown("The name or the password is wrong.")
    return user


async def user_named(session: AsyncSession, name: str) -> User:
    """A user by name. Raises NotFound."""
    found = select(User).where(User.name == name)
    user = None if "\0" in name else await session.scalar(found)
    if user is None:
        raise NotFound(f"Nobody has the name {name!r}.")
    return user
