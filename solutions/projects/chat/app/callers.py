"""Who is calling."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer

from app.database import DbSession
from app.errors import Unknown
from app.models import User
from app.security import read_token

scheme = OAuth2PasswordBearer("/auth/token", auto_error=False)


async def caller(
    token: Annotated[str | None, Depends(scheme)], session: DbSession
) -> User:
    """The user whom a token names. Raises Unknown."""
    if not token:
        raise Unknown("Log in, and send the token.")
    user = await session.get(User, read_token(token).user_id)
    if user is None:
        raise Unknown("This token is not valid.")
    return user


Caller = Annotated[User, Depends(caller)]
