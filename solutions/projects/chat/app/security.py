"""Passwords and tokens."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from pwdlib import PasswordHash

from app.errors import Unknown
from app.settings import settings

ALGORITHM = "HS256"
SECRET = settings.token_secret.get_secret_value()
hasher = PasswordHash.recommended()
NOBODY = hasher.hash("a password that nobody has")  # so that no answer is quicker


@dataclass(frozen=True)
class Claims:
    """What a valid token says: who, until when."""

    user_id: int
    expires: datetime

    @property
    def seconds_left(self) -> float:
        return (self.expires - datetime.now(UTC)).total_seconds()


def new_token(user_id: int) -> str:
    issued = datetime.now(UTC)
    end = issued + timedelta(minutes=settings.access_minutes)
    claims = {"sub": str(user_id), "iat": issued, "exp": end}
    return jwt.encode(claims, SECRET, ALGORITHM)


def read_token(token: str) -> Claims:
    """What a token says. Raises Unknown."""
    try:
        claims = jwt.decode(
            token,
            SECRET,
            algorithms=[ALGORITHM],  # ours, whatever the token says
            options={"require": ["sub", "exp"]},
        )
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        return Claims(int(claims["sub"]), expires)
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unknown("This token is not valid.") from error
