"""Users."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Unknown, taken
from app.models import User
from app.security import NOBODY, hasher


def register(session: Session, username: str, email: str, password: str) -> User:
    """Store a new user. Raises Invalid where somebody has the name or the address."""
    hashed = hasher.hash(password)  # takes its time, before a connection is needed
    user = User(username=username, email=email, password_hash=hashed)
    session.add(user)
    return stored(session, user)


def log_in(session: Session, email: str, password: str) -> User:
    """The user with this address and password. Raises Unknown, the same for both."""
    user = session.scalar(select(User).where(User.email == email.lower()))
    right = hasher.verify(password, user.password_hash if user else NOBODY)
    if user is None or not right:
        raise Unknown(**{"email or password": "is wrong"})
    return user


def change_user(session: Session, user: User, values: dict[str, Any]) -> User:
    """Change the fields that were sent. Raises Invalid for what somebody else has."""
    password = values.pop("password", None)
    if password:
        user.password_hash = hasher.hash(password)
    for name, value in values.items():
        setattr(user, name, value)
    return stored(session, user)


def stored(session: Session, user: User) -> User:
    """The constraints decide: looking first would find nothing of two at once."""
    try:
        session.flush()
    except IntegrityError as error:
        raise taken(error) from error
    return user
