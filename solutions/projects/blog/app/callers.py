"""Who is calling."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyHeader

from app.database import DbSession
from app.errors import Unknown
from app.models import User
from app.security import read_token

header = APIKeyHeader(
    name="Authorization", description="Token, a space, and the token", auto_error=False
)


def viewer(
    session: DbSession, sent: Annotated[str | None, Depends(header)]
) -> User | None:
    """The user whom a token names; None without a token. Raises Unknown."""
    scheme, _, token = (sent or "").partition(" ")
    if scheme.lower() != "token" or not token:
        return None
    user = session.get(User, read_token(token.strip()))
    if user is None:
        raise Unknown(token="is not valid")
    return user


Viewer = Annotated[User | None, Depends(viewer)]


def caller(user: Viewer) -> User:
    """The same, where nothing goes without one. Raises Unknown."""
    if user is None:
        raise Unknown(token="is missing")
    return user


Caller = Annotated[User, Depends(caller)]
