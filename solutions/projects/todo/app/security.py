"""Passwords and tokens."""

from datetime import timedelta

import jwt
from pwdlib import PasswordHash

from app.errors import Unknown
from app.models import now
from app.settings import settings

ALGORITHM = "HS256"
SECRET = settings.token_secret.get_secret_value()
hasher = PasswordHash.recommended()
NOBODY = hasher.hash("a password that nobody has")  # so that no answer is quicker


def new_token(user_id: int) -> str:
    issued = now()
    end = issued + timedelta(minutes=settings.access_minutes)
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
        raise Unknown("This token is not valid.") from error
