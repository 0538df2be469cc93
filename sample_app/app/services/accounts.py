"""Accounts: how users come to be, and how they log in."""

from psycopg2.errors import UniqueViolation
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

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


def register(
    *, session: Session, name: str, email: str, password: str, address: str
) -> User:
    """A new user. Raises TooMany, Conflict."""
    hashed = _new_hash(session=session, password=password, address=address)
    user = User(name=name, email=email, password_hash=hashed)
    session.add(user)
    _store(session=session)
    return user


def set_first_password(
    *, session: Session, name: str, email: str, password: str, address: str
) -> User:
    """An author from before there were passwords gets one, once.

    Raises TooMany, NotFound, Conflict.
    """
    hashed = _new_hash(session=session, password=password, address=address)
    wanted = select(User).where(User.name == name).with_for_update(key_share=True)
    user = session.scalars(wanted).one_or_none()
    if user is None:
        raise NotFound(f"There is no user {name}")
    if user.password_hash is not None:
        raise Conflict(f"{name} has a password.")
    user.email, user.password_hash = email, hashed
    _store(session=session)
    return user


def log_in(
    *,
    session: Session,
    email: str,
    password: str,
    address: str,
    scope: str | None,
) -> LoggedIn:
    """The login of a user, unless it was tried too often. Raises TooMany, Unknown."""
    theirs = f"login {email} {address}"
    count_attempt(session=session, what=f"login {address}", most=100, seconds=QUARTER)
    count_attempt(session=session, what=theirs, most=10, seconds=QUARTER)
    user = authenticate(session=session, email=email, password=password)
    forget_attempts(session=session, what=theirs)
    return start(session=session, user=user, scope=scope)


def authenticate(*, session: Session, email: str, password: str) -> User:
    """The active user of this address and password.

    Raises Unknown: whatever is wrong, in the same words and after the same work.
    """
    user = session.scalars(select(User).where(User.email == email)).one_or_none()
    session.commit()  # gives the connection back, for a hash takes its time
    stored = user.password_hash if user is not None and user.active else None
    right, new_hash = verify_password(password, stored)
    if user is None or not right:
        raise Unknown("The e-mail address or the password is wrong.")
    if new_hash is not None:  # stored, unless the password has changed meanwhile
        verified = update(User).where(User.id == user.id, User.password_hash == stored)
        session.execute(verified.values(password_hash=new_hash))
        session.commit()
    return user


def change_password(*, session: Session, user_id: int, old: str, new: str) -> None:
    """Give oneself another password, and end all logins.

    Raises TooMany, Forbidden, Conflict.
    """
    tried = f"password {user_id}"
    count_attempt(session=session, what=tried, most=10, seconds=QUARTER)
    wanted = select(User.password_hash).where(User.id == user_id)
    stored = session.scalars(wanted).one_or_none()
    session.commit()
    if not verify_password(old, stored)[0]:
        raise Forbidden("The old password is wrong.")
    verified = update(User).where(User.id == user_id, User.password_hash == stored)
    changed = verified.values(password_hash=hash_password(new)).returning(User.id)
    if session.scalars(changed).one_or_none() is None:
        raise Conflict("The password has changed meanwhile.")
    end_all(session=session, user_id=user_id, why="password")
    session.commit()
    forget_attempts(session=session, what=tried)


def log_out_everywhere(*, session: Session, user_id: int) -> None:
    """End all logins of a user."""
    end_all(session=session, user_id=user_id, why="logout everywhere")
    session.commit()


def _new_hash(*, session: Session, password: str, address: str) -> str:
    """The hash of a new password, made before any row is locked. Raises TooMany."""
    count_attempt(session=session, what=f"register {address}", most=20, seconds=HOUR)
    return hash_password(password)


def _store(*, session: Session) -> None:
    """Commit; the constraints decide who was first. Raises Conflict."""
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        if isinstance(error.orig, UniqueViolation):
            raise Conflict(TAKEN[error.orig.diag.constraint_name or ""]) from error
        raise
