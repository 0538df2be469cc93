"""Passwords and tokens."""

from datetime import UTC, datetime, timedelta

import jwt
from pwdlib import PasswordHash

from app.errors import Unknown
from app.settings import settings

ALGORITHM = "HS256"
SECRET = settings.token_secret.get_secret_value()
hasher = PasswordHash.recommended()
NOBODY = hasher.hash("a password that nobody has")  # so that no answer is quicker


def new_token(user_id: int) -> str:
    """A token that says who its user is, whatever they are called later."""
    issued = datetime.now(UTC)
    end = issued + timedelta(days=settings.token_days)
    claims = {"sub": str(user_id), "iat": issued, "exp": end}
    return jwt.encode(claims, SECRET, ALGORITHM)


def read_token(token: str) -> int:
    """The id of the user. Raises Unknown."""
    try:
        claims = jwt.decode(
            token,
            SECRET,
            algorithms=[ALGORITHM],  # ours, whatever the token says
            options={"require": ["sub", "exp"]},
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unknown(token="is not valid") from error
