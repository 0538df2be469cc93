"""Logins: how they begin, how they last, and how they end."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Login, RefreshToken, User
from app.errors import BadToken, Unknown

REFRESH_TIME = timedelta(days=14)  # without a refresh, a login ends
LOGIN_TIME = timedelta(days=90)  # however often it was refreshed
logger = logging.getLogger("postboard.security")


@dataclass(frozen=True)
class LoggedIn:
    """A user, their login, and the token that keeps it going."""

    user: User
    login: Login
    refresh_token: str


async def start(*, session: AsyncSession, user: User, scope: str | None) -> LoggedIn:
    """Begin a login of a user whose password was verified. Raises Unknown."""
    unchanged = (User.password_hash == user.password_hash) & User.active
    if not await _lock_user(session=session, which=(User.id == user.id) & unchanged):
        raise Unknown("The account has changed meanwhile. Log in again.")
    old = Login.created_at < func.now() - LOGIN_TIME
    await session.execute(delete(Login).where(Login.user_id == user.id, old))
    login = Login(user_id=user.id, scope=scope)
    session.add(login)
    await session.flush()
    return await _go_on(session=session, user=user, login=login)


async def rotate(*, session: AsyncSession, token: str) -> LoggedIn:
    """Take a refresh token and give the next one; each is for one use.

    Raises BadToken. A token that comes a second time ends its login: somebody has a copy.
    """
    hashed = sha256(token.encode()).digest()
    wanted = select(RefreshToken).where(RefreshToken.hash == hashed)
    found = (await session.scalars(wanted.with_for_update())).one_or_none()
    if found is None:
        raise BadToken("This token is not valid.")
    both = select(Login, User).join(User, User.id == Login.user_id)
    login, user = (await session.execute(both.where(Login.id == found.login_id))).one()
    if login.ended_at is not None or not user.active:
        raise BadToken("This token is not valid.")
    if found.used_at is not None:
        await _end(session=session, which=Login.id == login.id, why="reuse")
        await session.commit()
        logger.warning("refresh token reused: user %s, login %s", user.id, login.id)
        raise BadToken("This token is not valid.")
    if found.expires_at <= datetime.now(UTC):
        raise BadToken("This token has expired.")
    found.used_at = datetime.now(UTC)
    return await _go_on(session=session, user=user, login=login)


async def log_out(*, session: AsyncSession, login_id: str) -> None:
    """End one login."""
    await _end(session=session, which=Login.id == login_id, why="logout")
    await session.commit()


async def end_all(*, session: AsyncSession, user_id: int, why: str) -> None:
    """End all logins of a user. The caller commits."""
    await _lock_user(session=session, which=User.id == user_id)
    await _end(session=session, which=Login.user_id == user_id, why=why)


async def _go_on(*, session: AsyncSession, user: User, login: Login) -> LoggedIn:
    """Store the hash of a new refresh token, and commit."""
    token = token_urlsafe(32)
    expires = min(datetime.now(UTC) + REFRESH_TIME, login.created_at + LOGIN_TIME)
    hashed = sha256(token.encode()).digest()
    session.add(RefreshToken(hash=hashed, login_id=login.id, expires_at=expires))
    await session.commit()
    return LoggedIn(user, login, token)


async def _end(*, session: AsyncSession, which: ColumnElement[bool], why: str) -> None:
    ended = update(Login).where(which, Login.ended_at.is_(None))
    await session.execute(ended.values(ended_at=func.now(), why=why))


async def _lock_user(*, session: AsyncSession, which: ColumnElement[bool]) -> bool:
    """Logins of one user begin and end one after the other. Whether there is the user."""
    wanted = select(User.id).where(which).with_for_update(key_share=True)
    return (await session.scalars(wanted)).one_or_none() is not None
