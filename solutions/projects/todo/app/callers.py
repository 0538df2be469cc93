"""Who is calling."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from app.database import Reading, Writing
from app.errors import Unknown
from app.models import User
from app.security import read_token

scheme = OAuth2PasswordBearer("/auth/token", auto_error=False)
SentToken = Annotated[str | None, Depends(scheme)]


def caller(token: str | None, session: Session) -> User:
    """The user whom a token names. Raises Unknown."""
    if not token:
        raise Unknown("Log in, and send the token.")
    user = session.get(User, read_token(token))
    if user is None:
        raise Unknown("This token is not valid.")
    return user


def reader(token: SentToken, session: Reading) -> User:
    return caller(token, session)


def writer(token: SentToken, session: Writing) -> User:
    return caller(token, session)


Reader = Annotated[User, Depends(reader)]
Writer = Annotated[User, Depends(writer)]
