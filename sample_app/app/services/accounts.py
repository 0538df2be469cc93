"""Accounts: how users come to be, and how they log in."""

from asyncio import to_thread

from psycopg.errors import UniqueViolation
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import User
from app.errors import Conflict, Forbidden, NotFound, Unknown
from app.security import hash_password, verify_password
from app.services.attempts import count_attempt, forget_attempts
from app.services.logins import LoggedIn, end_all, start

HOUR, QUARTER = 3600, 900  # seconds
TAKEN = {
    "users_name_key": "This name is taken.",
    "users_email_key": "This e-mail address has an account.",
}


async def register(
    *, session: AsyncSession, name: str, email: str, password: str, address: str
) -> User:
    """A new user. Raises TooMany, Conflict."""
    hashed = await _new_hash(session=session, password=password, address=address)
    user = User(name=name, email=email, password_hash=hashed)
    session.add(user)
    await _store(session=session)
    return user


async def set_first_password(
    *, session: AsyncSession, name: str, email: str, password: str, address: str
) -> User:
    """An author from before there were passwords gets one, once.

    Raises TooMany, NotFound, Conflict.
    """
    hashed = await _new_hash(session=session, password=password, address=address)
    wanted = select(User).where(User.name == name).with_for_update(key_share=True)
    user = (await session.scalars(wanted)).one_or_none()
    if user is None:
        raise NotFound(f"There is no user {name}")
    if user.password_hash is not None:
        raise Conflict(f"{name} has a password.")
    user.email, user.password_hash = email, hashed
    await _store(session=session)
    return user


async def log_in(
    *,
    session: AsyncSession,
    email: str,
    password: str,
    address: str,
    scope: str | None,
) -> LoggedIn:
    """The login of a user, unless it was tried too often. Raises TooMany, Unknown."""
    theirs = f"login {email} {address}"
    await count_attempt(
        session=session, what=f"login {address}", most=100, seconds=QUARTER
    )
    await count_attempt(session=session, what=theirs, most=10, seconds=QUARTER)
    user = await authenticate(session=session, email=email, password=password)
    await forget_attempts(session=session, what=theirs)
    return await start(session=session, user=user, scope=scope)


async def authenticate(*, session: AsyncSession, email: str, password: str) -> User:
    """The active user of this address and password.

    Raises Unknown: whatever is wrong, in the same words and after the same work.
    """
    wanted = select(User).where(User.email == email)
    user = (await session.scalars(wanted)).one_or_none()
    await session.commit()  # gives the connection back, for a hash takes its time
    stored = user.password_hash if user is not None and user.active else None
    right, new_hash = await to_thread(verify_password, password, stored)
    if user is None or not right:
        raise Unknown("The e-mail address or the password is wrong.")
    if new_hash is not None:  # stored, unless the password has changed meanwhile
        verified = update(User).where(User.id == user.id, User.password_hash == stored)
        await session.execute(verified.values(password_hash=new_hash))
        await session.commit()
    return user


async def change_password(
    *, session: AsyncSession, user_id: int, old: str, new: str
) -> None:
    """Give oneself another password, and end all logins.

    Raises TooMany, Forbidden, Conflict.
    """
    tried = f"password {user_id}"
    await count_attempt(session=session, what=tried, most=10, seconds=QUARTER)
    wanted = select(User.password_hash).where(User.id == user_id)
    stored = (await session.scalars(wanted)).one_or_none()
    await session.commit()
    right, _ = await to_thread(verify_password, old, stored)
    if not right:
        raise Forbidden("The old password is wrong.")
    hashed = await to_thread(hash_password, new)
    verified = update(User).where(User.id == user_id, User.password_hash == stored)
    changed = verified.values(password_hash=hashed).returning(User.id)
    if (await session.scalars(changed)).one_or_none() is None:
        raise Conflict("The password has changed meanwhile.")
    await end_all(session=session, user_id=user_id, why="password")
    await session.commit()
    await forget_attempts(session=session, what=tried)


async def log_out_everywhere(*, session: AsyncSession, user_id: int) -> None:
    """End all logins of a user."""
    await end_all(session=session, user_id=user_id, why="logout everywhere")
    await session.commit()


async def _new_hash(*, session: AsyncSession, password: str, address: str) -> str:
    """The hash of a new password, made before any row is locked. Raises TooMany."""
    what = f"register {address}"
    await count_attempt(session=session, what=what, most=20, seconds=HOUR)
    return await to_thread(hash_password, password)


async def _store(*, session: AsyncSession) -> None:
    """Commit; the constraints decide who was first. Raises Conflict."""
    try:
        await session.commit()
    except IntegrityError as error:
        await session.rollback()
        if isinstance(error.orig, UniqueViolation):
            raise Conflict(TAKEN[error.orig.diag.constraint_name or ""]) from error
        raise
