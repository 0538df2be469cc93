"""Users."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Unknown
from app.models import User
from app.security import NOBODY, hasher


def register(session: Session, email: str, password_hash: str) -> User:
    """Store a new user. Raises Conflict."""
    if session.scalar(select(User.id).where(User.email == email)):
        raise Conflict("This address is registered.")
    user = User(email=email, password_hash=password_hash)
    session.add(user)
    session.flush()
    return user


def log_in(session: Session, email: str, password: str) -> User:
    """The user with this address and password. Raises Unknown, the same for both."""
    user = session.scalar(select(User).where(User.email == email.lower()))
    right = hasher.verify(password, user.password_hash if user else NOBODY)
    if user is None or not right:
        raise Unknown("The address or the password is wrong.")
    return user
