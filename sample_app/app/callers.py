"""Who is calling."""

from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer
from sqlalchemy import select

from app.accounts import Login, User
from app.dependencies import DbSession
from app.errors import BadToken, Unknown
from app.logs import user_id
from app.roles import PERMISSIONS, SCOPES, Caller
from app.tokens import InvalidToken, read_token

# Visibly fake. A key of week 2 still proves one thing: whose first password it sets.
KEYS = {"not-a-real-key-ada": "ada", "not-a-real-key-bob": "bob"}
key_header = APIKeyHeader(name="X-API-Key", auto_error=False)


async def key_holder(key: Annotated[str | None, Depends(key_header)]) -> str:
    """The author whose key was sent."""
    if key is None or key not in KEYS:
        raise Unknown("This key is not valid.")
    return KEYS[key]


KeyHolder = Annotated[str, Depends(key_holder)]
bearer = OAuth2PasswordBearer(tokenUrl="auth/token", scopes=SCOPES, auto_error=False)


async def optional_caller(
    token: Annotated[str | None, Depends(bearer)], session: DbSession
) -> Caller | None:
    """Who is calling, if they say so. A wrong token is not the same as none."""
    if token is None:
        return None
    try:
        claims = read_token(token)
    except InvalidToken as error:
        raise BadToken(str(error)) from error
    wanted = select(User, Login.id).join(Login, Login.user_id == User.id)
    now = wanted.where(User.active, Login.ended_at.is_(None))  # a token outlives both
    ids = (User.id == claims.user_id) & (Login.id == claims.login)
    found = (await session.execute(now.where(ids))).one_or_none()
    if found is None:
        raise BadToken("This token is not valid.")
    user, login = found
    user_id.set(user.id)
    permissions = PERMISSIONS[user.role] & claims.scopes
    return Caller(user.id, user.name, login, permissions)


OptionalCaller = Annotated[Caller | None, Depends(optional_caller)]
LOGIN_OPTIONAL: dict[str, Any] = {"security": [{}]}  # {} stands for: no token


async def current_caller(caller: OptionalCaller) -> Caller:
    if caller is None:
        raise Unknown("Log in, and send your token in the header Authorization.")
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]
